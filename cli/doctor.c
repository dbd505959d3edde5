// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/doctor.h"

#include "cli/command.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/say.h"

#include <stdlib.h>
#include <string.h>

static const struct format {
	const char *name;
	const char *meaning;
	int (*write)(FILE *out, const struct diagnosis *diagnosis);
} formats[] = {
	{"text", "for people, one screen", doctor__text},
	{"json", "for programs", doctor__json},
};
#define FORMAT_COUNT (sizeof(formats) / sizeof(formats[0]))

static void help(FILE *out)
{
	fprintf(out,
		"Usage: wallflame doctor [OPTIONS]\n\n"
		"Says what can be captured on this machine by this user, found out by trying, and "
		"what an\nadministrator can do about the rest. Exit status 0 when a capture is "
		"possible, else 1.\n\n"
		"  -f, --format FORMAT  one of these (default: %s)\n",
		formats[0].name);
	for (size_t i = 0; i < FORMAT_COUNT; i++)
		fprintf(out, "                         %-6s %s\n", formats[i].name,
			formats[i].meaning);
	fprintf(out, "  -o, --output OUT     a file instead of standard output\n"
		     "  -h, --help           this text\n");
}

struct request {
	const struct format *format;
	const char *output;
	bool helped;
};

static const struct format *find_format(const char *name)
{
	for (size_t i = 0; i < FORMAT_COUNT; i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}

static int parse(int argc, char **argv, struct request *request)
{
	static const struct option words[] = {
		{"format", required_argument, NULL, 'f'},
		{"output", required_argument, NULL, 'o'},
		{"help", no_argument, NULL, 'h'},
		{0},
	};
	int letter;

	while ((letter = options__next("doctor", argc, argv, ":f:o:h", words)) != OPTIONS_END) {
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
		request->format = find_format(optarg);
		if (options__found("doctor", request->format, "format"))
			return -1;
	}
	if (optind < argc) {
		say_usage("doctor", "takes no '%s'", argv[optind]);
		return -1;
	}
	return 0;
}

static int examine(const struct request *request)
{
	struct output *output = output__open(request->output);
	struct diagnosis *diagnosis;
	int status;

	if (!output)
		return EXIT_FAILURE;
	diagnosis = doctor__examine();
	status = output__close(output, request->format->write(output__stream(output), diagnosis));
	if (!status && !diagnosis->possible)
		status = EXIT_FAILURE;
	diagnosis__free(diagnosis);
	return status;
}

static int run(int argc, char **argv, const volatile sig_atomic_t *stop)
{
	struct request request = {.format = &formats[0]};

	(void)stop;
	if (parse(argc, argv, &request))
		return EXIT_USAGE;
	return request.helped ? EXIT_SUCCESS : examine(&request);
}

const struct command command_doctor = {
	.name = "doctor",
	.summary = "say what can be captured on this machine, and why not more",
	.help = help,
	.run = run,
};
