// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/analysis.h"
#include "cli/command.h"
#include "cli/flame_request.h"
#include "cli/output.h"
#include "cli/say.h"
#include "render/render.h"
#include "store/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int from_capture(const struct flame_request *request, struct flame **flame, char **error)
{
	struct analysis *analysis;
	int status = analysis__load(&analysis, request->file, error);

	if (status)
		return status;
	status = request->probe ? flame__from_probe(flame, analysis, request->probe, error)
				: flame__from_analysis(flame, analysis, &request->wish, error);
	analysis__free(analysis);
	return status;
}

static int from_folded(const struct flame_request *request, struct flame **flame, char **error)
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
	status = flame__from_folded(flame, in, is_stdin ? "standard input" : request->file, error);
	if (!is_stdin)
		fclose(in);
	return status;
}

static int draw(const struct flame_request *request)
{
	bool is_capture = strcmp(request->file, "-") != 0 &&
			  store_reader__looks_like_capture(request->file) == 1;
	struct flame *flame = NULL;
	struct output *output;
	char *error = NULL;
	int status;

	if (!is_capture && request->of_captures)
		return say_usage("flame", "--%s is for captures: %s holds folded stacks",
				 request->of_captures, request->file);
	if (is_capture ? from_capture(request, &flame, &error)
		       : from_folded(request, &flame, &error)) {
		say_failure("%s", error ? error : strerror(ENOMEM));
		free(error);
		return EXIT_FAILURE;
	}
	if (request->short_names)
		flame__shorten_names(flame);
	if (request->title)
		flame__set_title(flame, request->title);
	output = output__open(request->output);
	status = output ? output__close(output, render__flame(output__stream(output), flame,
							      request->format))
			: EXIT_FAILURE;
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
