// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/flame_request.h"

#include "cli/options.h"
#include "cli/say.h"
#include "cli/wish.h"

#include <string.h>

/* Seconds: a capture of a command lasts as long as the command. */
#define LONGEST 1e9

/* Words without a letter. */
enum {
	OPTION_PROBE = WISH_END,
	OPTION_FROM,
	OPTION_TO,
};

static const struct option words[] = {
	{"format", required_argument, NULL, 'f'},
	WISH_OPTIONS,
	{"short-names", no_argument, NULL, 's'},
	{"icicle", no_argument, NULL, 'i'},
	{"probe", required_argument, NULL, OPTION_PROBE},
	{"from", required_argument, NULL, OPTION_FROM},
	{"to", required_argument, NULL, OPTION_TO},
	{"title", required_argument, NULL, 't'},
	{"output", required_argument, NULL, 'o'},
	{"help", no_argument, NULL, 'h'},
	{0},
};

void flame_request__help(FILE *out)
{
	size_t count;
	const struct flame_format *formats = flame_format__all(&count);

	fprintf(out,
		"Usage: wallflame flame FILE [OPTIONS]\n\n"
		"Draws the stacks of a capture. FILE may also hold folded stacks that another\n"
		"tool made (perf, bcc, FlameGraph), or what perf script prints; - reads\n"
		"standard input.\n\n"
		"  -f, --format FORMAT  one of these (default: %s)\n",
		formats[0].name);
	for (size_t i = 0; i < count; i++)
		wish__help_row(out, formats[i].name, formats[i].meaning);
	fprintf(out, "Of a capture:\n");
	wish__help(out);
	fprintf(out,
		"      --from SECONDS, --to SECONDS\n"
		"                       only the slices of the window between these\n"
		"      --probe POINT    the time inside a probe point's calls instead, by the\n"
		"                         stacks of those that were timed\n"
		"Of all:\n"
		"  -s, --short-names    leave template arguments and parameters out of names;\n"
		"                         functions that then have one name become one\n"
		"  -i, --icicle         draw it from the top: the root above, what it calls below\n"
		"  -t, --title TITLE    the picture's heading\n"
		"  -o, --output OUT     a file instead of standard output\n"
		"  -h, --help           this text\n");
}

/* What shapes the picture. */
static int parse_shape(int letter, struct flame_request *request)
{
	switch (letter) {
	case 'f':
		request->format = flame_format__find(optarg);
		return options__found("flame", request->format, "format");
	case 's':
		request->short_names = true;
		request->of_trees = "short-names";
		return 0;
	case 'i':
		request->icicle = true;
		return 0;
	case 't':
		request->title = optarg;
		request->of_trees = "title";
		return 0;
	case 'o':
		request->output = optarg;
		return 0;
	default:
		flame_request__help(stdout);
		request->helped = true;
		return 0;
	}
}

/* What only a capture can answer. */
static int parse_wish(int letter, struct flame_request *request)
{
	struct flame_pick *pick = &request->wish.pick;

	switch (letter) {
	case OPTION_PROBE:
		request->probe = optarg;
		return 0;
	case OPTION_FROM:
		return options__seconds("flame", "--from", optarg, 0, LONGEST, &pick->from_ns);
	case OPTION_TO:
		return options__seconds("flame", "--to", optarg, 0, LONGEST, &pick->to_ns);
	default:
		return wish__parse("flame", letter, &request->wish);
	}
}

static int parse_option(int letter, struct flame_request *request)
{
	if (letter < WISH_BY && strchr("fsitoh", letter))
		return parse_shape(letter, request);
	if (request->probe && letter == OPTION_PROBE) {
		say_usage("flame", "give --probe once");
		return -1;
	}
	/* A probe point has its own time, of which nothing else is known. */
	if (request->of_captures && (request->probe || letter == OPTION_PROBE)) {
		say_usage("flame", "--%s and --%s are different pictures", request->of_captures,
			  options__word(words, letter));
		return -1;
	}
	request->of_captures = options__word(words, letter);
	if (letter == 'r' || letter == WISH_BY)
		request->of_trees = options__word(words, letter);
	return parse_wish(letter, request);
}

int flame_request__parse(int argc, char **argv, struct flame_request *request)
{
	const struct flame_pick *pick = &request->wish.pick;
	size_t count;
	int letter;

	*request = (struct flame_request){
		.format = flame_format__all(&count),
		.wish = flame_wish__default(),
	};
	while (!request->helped &&
	       (letter = options__next("flame", argc, argv, ":f:" WISH_LETTERS "sit:o:h", words)) !=
		       OPTIONS_END)
		if (letter == OPTIONS_WRONG || parse_option(letter, request))
			return -1;
	if (request->helped)
		return 0;
	if (pick->to_ns >= 0 && pick->to_ns <= pick->from_ns) {
		say_usage("flame", "--to is not after --from");
		return -1;
	}
	if (argc - optind != 1) {
		say_usage("flame", "wants one file, not %d", argc - optind);
		return -1;
	}
	request->file = argv[optind];
	return 0;
}
