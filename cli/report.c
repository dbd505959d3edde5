// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/analysis.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/say.h"
#include "render/render.h"

#include <stdlib.h>

static void help(FILE *out)
{
	size_t count;
	const struct report_format *formats = report_format__all(&count);

	fprintf(out,
		"Usage: wallflame report FILE [OPTIONS]\n\n"
		"Says where the time of a capture went and why.\n\n"
		"  -f, --format FORMAT  one of these (default: %s)\n",
		formats[0].name);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "                         %-6s %s\n", formats[i].name,
			formats[i].meaning);
	fprintf(out, "  -o, --output OUT     a file instead of standard output\n"
		     "  -h, --help           this text\n");
}

struct request {
	const struct report_format *format;
	const char *output;
	const char *file;
	bool helped;
};

static int parse(int argc, char **argv, struct request *request)
{
	static const struct option words[] = {
		{"format", required_argument, NULL, 'f'},
		{"output", required_argument, NULL, 'o'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int letter;

	while ((letter = options__next("report", argc, argv, ":f:o:h", words)) != OPTIONS_END) {
		if (letter == OPTIONS_WRONG)
			return -1;
		if (letter == 'h') {
			help(stdout);
			request->helped = true;
			return 0;
		}
		if (letter == 'o') {
			request->output = optarg;
			continue;
		}
		request->format = report_format__find(optarg);
		if (options__found("report", request->format, "format"))
			return -1;
	}
	if (argc - optind != 1) {
		say_usage("report", "wants one capture file, not %d", argc - optind);
		return -1;
	}
	request->file = argv[optind];
	return 0;
}

static int report(const struct request *request)
{
	struct analysis *analysis;
	struct output *output;
	char *error = NULL;
	int status;

	if (request->format->by_slice ? analysis__load(&analysis, request->file, &error)
				      : analysis__load_summed(&analysis, request->file, &error)) {
		say_failure("%s", error);
		free(error);
		return EXIT_FAILURE;
	}
	output = output__open(request->output);
	status = output ? output__close(output, render__report(output__stream(output), analysis,
							       request->format))
			: EXIT_FAILURE;
	analysis__free(analysis);
	return status;
}

static int run(int argc, char **argv, const volatile sig_atomic_t *stop)
{
	size_t count;
	struct request request = {.format = report_format__all(&count)};

	(void)stop;
	if (parse(argc, argv, &request))
		return EXIT_USAGE;
	return request.helped ? EXIT_SUCCESS : report(&request);
}

const struct command command_report = {
	.name = "report",
	.summary = "say where the time of a capture went and why",
	.help = help,
	.run = run,
};
