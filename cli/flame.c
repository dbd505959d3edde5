// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/analysis.h"
#include "cli/command.h"
#include "cli/flame_request.h"
#include "cli/output.h"
#include "cli/say.h"
#include "render/flame_part.h"
#include "render/render.h"
#include "store/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int from_capture(const struct flame_request *request, struct flame **flame, char **error)
{
	const struct flame_pick *pick = &request->wish.pick;
	bool by_slice = pick->from_ns >= 0 || pick->to_ns >= 0;
	struct analysis *analysis;
	int status = by_slice ? analysis__load(&analysis, request->file, error)
			      : analysis__load_summed(&analysis, request->file, error);

	if (status)
		return status;
	status = request->probe ? flame__from_probe(flame, analysis, request->probe, error)
				: flame__from_analysis(flame, analysis, &request->wish, error);
	analysis__free(analysis);
	return status;
}

static int from_text(const struct flame_request *request, struct flame **flame, char **error)
{
	bool is_stdin = !strcmp(request->file, "-");
	FILE *in = is_stdin ? stdin : fopen(request->file, "re");
	int status;

	if (!in) {
		status = -errno;
		if (asprintf(error, "%s: %s", request->file, strerror(errno)) < 0)
			*error = NULL;
		return status;
	}
	status = flame__from_text(flame, in, is_stdin ? "standard input" : request->file, error);
	if (!is_stdin)
		fclose(in);
	return status;
}

static int tell(char *error)
{
	say_failure("%s", error ? error : strerror(ENOMEM));
	free(error);
	return EXIT_FAILURE;
}

static int write_flame(const struct flame_request *request, struct flame *flame)
{
	struct output *output = output__open(request->output);

	if (request->short_names)
		flame__shorten_names(flame);
	if (request->icicle)
		flame__hang(flame);
	if (request->title)
		flame__set_title(flame, request->title);
	return output ? output__close(output,
				      render__flame(output__stream(output), flame, request->format))
		      : EXIT_FAILURE;
}

/* A capture in a format that holds more of it than a call tree. */
static int write_part(const struct flame_request *request)
{
	struct analysis *analysis = NULL;
	struct flame_part *part = NULL;
	struct output *output;
	char *error = NULL;
	int status = EXIT_FAILURE;

	if (!analysis__load(&analysis, request->file, &error))
		part = flame_part__new(analysis, &request->wish, &error);
	if (!part) {
		status = tell(error);
	} else {
		output = output__open(request->output);
		if (output)
			status = output__close(output, render__part(output__stream(output), part,
								    request->format));
	}
	flame_part__free(part);
	analysis__free(analysis);
	return status;
}

static int draw(const struct flame_request *request)
{
	int looks = strcmp(request->file, "-") != 0
			    ? store_reader__looks_like_capture(request->file)
			    : 0;
	bool is_capture = looks == 1;
	struct flame *flame = NULL;
	char *error = NULL;
	int status;

	/* -EINVAL: a pipe, which may well hold text. */
	if (looks < 0 && looks != -EINVAL)
		return say_failure("%s: %s", request->file, strerror(-looks));
	if (!is_capture && request->of_captures)
		return say_usage("flame", "--%s is for captures: %s holds stacks as text",
				 request->of_captures, request->file);
	if (!request->format->write && (!is_capture || request->probe))
		return say_usage("flame",
				 "%s tells what was when: it is for captures, without --probe",
				 request->format->name);
	if (request->icicle && !request->format->hangs)
		return say_usage("flame", "--icicle is for pictures, not for %s",
				 request->format->name);
	if (is_capture && request->format->write_part && !request->probe) {
		if (!request->of_trees)
			return write_part(request);
		return say_usage("flame", "--%s is not for %s, which holds whole stacks",
				 request->of_trees, request->format->name);
	}
	if (is_capture ? from_capture(request, &flame, &error) : from_text(request, &flame, &error))
		return tell(error);
	status = write_flame(request, flame);
	flame__free(flame);
	return status;
}

static int run(int argc, char **argv, const volatile sig_atomic_t *stop)
{
	struct flame_request request;

	(void)stop;
	if (flame_request__parse(argc, argv, &request))
		return EXIT_USAGE;
	return request.helped ? EXIT_SUCCESS : draw(&request);
}

const struct command command_flame = {
	.name = "flame",
	.summary = "draw a capture or folded stacks as a flame graph",
	.help = flame_request__help,
	.run = run,
};
