// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/comparison.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/say.h"
#include "cli/wish.h"
#include "render/render.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void help(FILE *out)
{
	size_t count;
	const struct diff_format *formats = diff_format__all(&count);

	fprintf(out,
		"Usage: wallflame diff BEFORE AFTER [OPTIONS]\n\n"
		"Compares two captures: what takes more time, what less, and where they do not\n"
		"tell. Two captures of the same give \"no difference\".\n\n"
		"  -f, --format FORMAT  one of these (default: %s)\n",
		formats[0].name);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "                         %-6s %s\n", formats[i].name,
			formats[i].meaning);
	fprintf(out,
		"      --per WHAT       what times are divided by: wall (a second of the window,\n"
		"                       the default), thread (a second of a thread's life), or\n"
		"                       work: a call of a probe point (openat ...), read or "
		"write,\n"
		"                       where both captures counted it\n"
		"      --operations N M the same by your own count: N before, M after\n"
		"  -o, --output OUT     a file instead of standard output\n"
		"  -h, --help           this text\n"
		"Of the flame graph in html, svg and folded, not of tables:\n"
		"      --width WHAT     what frames are wide by at first: before, after, or both\n"
		"                       (the default); it has a switch (html, svg)\n");
	wish__help(out);
	fprintf(out, "\nWants five slices and more of each capture: 5 s, or `record --slice`.\n"
		     "docs/diff.md says how verdicts are made.\n");
}

struct request {
	const struct diff_format *format;
	struct comparison_request compared;
	struct diff_wish wish;
	const char *of_widths, *of_stacks; /* an option that was given and is for such formats */
	bool divided; /* --per or --operations was given */
	const char *output;
	const char *files[SIDES];
	bool helped;
};

/* Words without a letter. */
enum {
	OPTION_PER = WISH_END,
	OPTION_OPERATIONS,
	OPTION_WIDTH,
};

static int parse_count(const char *text, double *count)
{
	char *end;

	errno = 0;
	*count = strtod(text, &end);
	if (end != text && !*end && !errno && *count >= 1 && *count < 0x1p63)
		return 0;
	say_usage("diff", "--operations wants two numbers of 1 and more, not '%s'", text);
	return -1;
}

static int parse_operations(int argc, char **argv, struct comparison_request *compared)
{
	compared->divisor = PER_WORK;
	compared->work = NULL;
	if (optind >= argc) {
		say_usage("diff", "--operations wants two numbers: before and after");
		return -1;
	}
	if (parse_count(optarg, &compared->operations[SIDE_BEFORE]))
		return -1;
	return parse_count(argv[optind++], &compared->operations[SIDE_AFTER]);
}

static void parse_per(const char *what, struct comparison_request *compared)
{
	compared->divisor = PER_WORK;
	compared->work = what;
	if (!strcmp(what, "wall"))
		compared->divisor = PER_WALL_SECOND;
	else if (!strcmp(what, "thread"))
		compared->divisor = PER_THREAD_SECOND;
}

static int parse_width(const char *text, enum diff_width *width)
{
	static const char *const names[] = {
		[WIDTH_BEFORE] = "before",
		[WIDTH_AFTER] = "after",
		[WIDTH_BOTH] = "both",
		NULL,
	};
	int index;

	if (options__name("diff", "--width", text, names, &index))
		return -1;
	*width = (enum diff_width)index;
	return 0;
}

static int parse_divisor(int letter, int argc, char **argv, struct request *request)
{
	if (request->divided) {
		say_usage("diff", "give one of --per and --operations, once");
		return -1;
	}
	request->divided = true;
	if (letter == OPTION_OPERATIONS)
		return parse_operations(argc, argv, &request->compared);
	parse_per(optarg, &request->compared);
	return 0;
}

static const struct option words[] = {
	{"format", required_argument, NULL, 'f'},
	{"per", required_argument, NULL, OPTION_PER},
	{"operations", required_argument, NULL, OPTION_OPERATIONS},
	{"width", required_argument, NULL, OPTION_WIDTH},
	WISH_OPTIONS,
	{"output", required_argument, NULL, 'o'},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static int parse_option(int letter, int argc, char **argv, struct request *request)
{
	if (wish__has(letter)) {
		request->of_stacks = options__word(words, letter);
		return wish__parse("diff", letter, &request->wish.flame);
	}
	switch (letter) {
	case 'f':
		request->format = diff_format__find(optarg);
		return options__found("diff", request->format, "format");
	case OPTION_PER:
	case OPTION_OPERATIONS:
		return parse_divisor(letter, argc, argv, request);
	case OPTION_WIDTH:
		request->of_widths = options__word(words, letter);
		return parse_width(optarg, &request->wish.width);
	case 'o':
		request->output = optarg;
		return 0;
	default:
		help(stdout);
		request->helped = true;
		return 0;
	}
}

static int check_format(const struct request *request)
{
	const struct diff_format *format = request->format;

	if (request->of_widths && !format->has_widths)
		say_usage("diff", "--%s is for the formats html and svg, not for %s",
			  request->of_widths, format->name);
	else if (request->of_stacks && !format->has_stacks)
		say_usage("diff", "--%s is for the formats html, svg and folded, not for %s",
			  request->of_stacks, format->name);
	else
		return 0;
	return -1;
}

static int parse(int argc, char **argv, struct request *request)
{
	int letter;

	while (!request->helped &&
	       (letter = options__next("diff", argc, argv, ":f:" WISH_LETTERS "o:h", words)) !=
		       OPTIONS_END)
		if (letter == OPTIONS_WRONG || parse_option(letter, argc, argv, request))
			return -1;
	if (request->helped)
		return 0;
	if (check_format(request))
		return -1;
	if (argc - optind != SIDES) {
		say_usage("diff", "wants two capture files, before and after, not %d",
			  argc - optind);
		return -1;
	}
	for (int side = 0; side < SIDES; side++)
		request->files[side] = argv[optind + side];
	return 0;
}

static bool is_one_file(const struct request *request)
{
	struct stat before, after;

	return !stat(request->files[SIDE_BEFORE], &before) &&
	       !stat(request->files[SIDE_AFTER], &after) && before.st_dev == after.st_dev &&
	       before.st_ino == after.st_ino;
}

static int write_out(const struct request *request, const struct comparison *comparison)
{
	struct output *output = output__open(request->output);
	char *error = NULL;
	int status;

	if (!output)
		return EXIT_FAILURE;
	status = render__diff(output__stream(output), comparison, request->format, &request->wish,
			      &error);
	status = output__close_telling(output, status, error);
	free(error);
	return status;
}

static int compare(const struct request *request, struct analysis *const analyses[SIDES])
{
	struct comparison *comparison;
	char *error = NULL;
	int status;

	if (comparison__new(&comparison, analyses[SIDE_BEFORE], analyses[SIDE_AFTER],
			    &request->compared, &error)) {
		status = say_failure("%s and %s: %s", request->files[SIDE_BEFORE],
				     request->files[SIDE_AFTER], error);
		free(error);
		return status;
	}
	status = write_out(request, comparison);
	comparison__free(comparison);
	return status;
}

static int diff(const struct request *request)
{
	struct analysis *analyses[SIDES] = {NULL};
	int status = EXIT_SUCCESS;

	if (is_one_file(request))
		return say_failure("%s and %s are one file: there is nothing to compare",
				   request->files[SIDE_BEFORE], request->files[SIDE_AFTER]);
	for (int side = 0; side < SIDES && !status; side++) {
		char *error = NULL;

		if (analysis__load(&analyses[side], request->files[side], &error))
			status = say_failure("%s", error);
		free(error);
	}
	if (!status)
		status = compare(request, analyses);
	for (int side = 0; side < SIDES; side++)
		analysis__free(analyses[side]);
	return status;
}

static int run(int argc, char **argv, const volatile sig_atomic_t *stop)
{
	size_t count;
	struct request request = {
		.format = diff_format__all(&count),
		.wish = {.width = WIDTH_BOTH, .flame = flame_wish__default()},
	};

	(void)stop;
	if (parse(argc, argv, &request))
		return EXIT_USAGE;
	return request.helped ? EXIT_SUCCESS : diff(&request);
}

const struct command command_diff = {
	.name = "diff",
	.summary = "compare two captures: what takes more time, what less",
	.help = help,
	.run = run,
};
