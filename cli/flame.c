// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/analysis.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/say.h"
#include "render/render.h"
#include "store/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void help(FILE *out)
{
	size_t count;
	const struct flame_format *formats = flame_format__all(&count);

	fprintf(out,
		"Usage: wallflame flame FILE [OPTIONS]\n\n"
		"Draws the stacks of a capture. FILE may also hold folded stacks that another\n"
		"tool made (perf, bcc, FlameGraph); - reads them from standard input.\n\n"
		"  -f, --format FORMAT  one of these (default: %s)\n",
		formats[0].name);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "                         %-6s  %s\n", formats[i].name,
			formats[i].meaning);

	const struct flame_view *views = flame_view__all(&count);

	fprintf(out, "  -v, --view VIEW      of a capture (default: %s)\n", views[0].name);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "                         %-6s  %s\n", views[i].name,
			views[i].meaning);
	fprintf(out,
		"      --probe POINT    of a capture: the time inside a probe point's calls,\n"
		"                         by the stacks of those that were timed\n"
		"  -s, --short-names    leave template arguments and parameters out of names;\n"
		"                       functions that then have one name become one\n"
		"  -t, --title TITLE    the picture's heading\n"
		"  -o, --output OUT     a file instead of standard output\n"
		"  -h, --help           this text\n");
}

struct request {
	const struct flame_format *format;
	const struct flame_view *view; /* NULL: not asked for */
	const char *probe; /* NULL as well */
	const char *title;
	const char *output;
	const char *file;
	bool short_names;
	bool helped;
};

/* A word without a letter. */
#define OPTION_PROBE 256

static int parse_option(int letter, struct request *request)
{
	switch (letter) {
	case 'f':
		request->format = flame_format__find(optarg);
		if (request->format)
			return 0;
		say_usage("flame", "there is no format '%s'", optarg);
		return -1;
	case 'v':
		request->view = flame_view__find(optarg);
		if (request->view)
			return 0;
		say_usage("flame", "there is no view '%s'", optarg);
		return -1;
	case 's':
		request->short_names = true;
		return 0;
	case OPTION_PROBE:
		request->probe = optarg;
		return 0;
	case 't':
		request->title = optarg;
		return 0;
	case 'o':
		request->output = optarg;
		return 0;
	default:
		help(stdout);
		request->helped = true;
		return 0;
	}
}

static int parse(int argc, char **argv, struct request *request)
{
	static const struct option words[] = {
		{"format", required_argument, NULL, 'f'},
		{"view", required_argument, NULL, 'v'},
		{"short-names", no_argument, NULL, 's'},
		{"probe", required_argument, NULL, OPTION_PROBE},
		{"title", required_argument, NULL, 't'},
		{"output", required_argument, NULL, 'o'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int letter;

	while (!request->helped &&
	       (letter = options__next("flame", argc, argv, ":f:v:st:o:h", words)) != OPTIONS_END)
		if (letter == OPTIONS_WRONG || parse_option(letter, request))
			return -1;
	if (request->helped)
		return 0;
	if (request->view && request->probe) {
		say_usage("flame", "--view and --probe are different pictures");
		return -1;
	}
	if (argc - optind != 1) {
		say_usage("flame", "wants one file, not %d", argc - optind);
		return -1;
	}
	request->file = argv[optind];
	return 0;
}

static int from_capture(const struct request *request, struct flame **flame, char **error)
{
	const struct flame_view *view = request->view;
	struct analysis *analysis;
	size_t count;
	int status = analysis__load(&analysis, request->file, error);

	if (status)
		return status;
	if (!view)
		view = flame_view__all(&count);
	status = request->probe ? flame__from_probe(flame, analysis, request->probe, error)
				: flame__from_analysis(flame, analysis, view, error);
	analysis__free(analysis);
	return status;
}

static int from_folded(const struct request *request, struct flame **flame, char **error)
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

static int draw(const struct request *request)
{
	bool is_capture = strcmp(request->file, "-") != 0 &&
			  store_reader__looks_like_capture(request->file) == 1;
	struct flame *flame = NULL;
	struct output *output;
	char *error = NULL;
	int status;

	if (!is_capture && (request->view || request->probe))
		return say_usage("flame", "%s is for captures: %s holds folded stacks",
				 request->view ? "--view" : "--probe", request->file);
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
	size_t count;
	struct request request = {.format = flame_format__all(&count)};

	(void)stop;
	if (parse(argc, argv, &request))
		return EXIT_USAGE;
	return request.helped ? EXIT_SUCCESS : draw(&request);
}

const struct command command_flame = {
	.name = "flame",
	.summary = "draw a capture or folded stacks as a flame graph",
	.help = help,
	.run = run,
};
