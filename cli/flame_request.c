// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/flame_request.h"

#include "cli/options.h"
#include "cli/say.h"

#include <string.h>

/* Seconds: a capture of a command lasts as long as the command. */
#define LONGEST 1e9

/* Words without a letter. */
enum {
	OPTION_PROBE = 256,
	OPTION_BY,
	OPTION_THREAD,
	OPTION_COMM,
	OPTION_CAUSE,
	OPTION_STATE,
	OPTION_FROM,
	OPTION_TO,
};

static const struct option words[] = {
	{"format", required_argument, NULL, 'f'},
	{"view", required_argument, NULL, 'v'},
	{"by", required_argument, NULL, OPTION_BY},
	{"reverse", no_argument, NULL, 'r'},
	{"short-names", no_argument, NULL, 's'},
	{"probe", required_argument, NULL, OPTION_PROBE},
	{"thread", required_argument, NULL, OPTION_THREAD},
	{"comm", required_argument, NULL, OPTION_COMM},
	{"cause", required_argument, NULL, OPTION_CAUSE},
	{"state", required_argument, NULL, OPTION_STATE},
	{"from", required_argument, NULL, OPTION_FROM},
	{"to", required_argument, NULL, OPTION_TO},
	{"title", required_argument, NULL, 't'},
	{"output", required_argument, NULL, 'o'},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static void help_row(FILE *out, const char *name, const char *meaning)
{
	fprintf(out, "                         %-10s  %s\n", name, meaning);
}

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
		help_row(out, formats[i].name, formats[i].meaning);

	const struct flame_view *views = flame_view__all(&count);

	fprintf(out, "Of a capture:\n  -v, --view VIEW      what is shown (default: %s)\n",
		views[0].name);
	for (size_t i = 0; i < count; i++)
		help_row(out, views[i].name, views[i].meaning);

	const struct flame_roots *roots = flame_roots__all(&count);

	fprintf(out, "      --by ROOTS       what stacks are rooted in (default: %s)\n",
		roots[0].name);
	for (size_t i = 0; i < count; i++)
		help_row(out, roots[i].name, roots[i].meaning);
	fprintf(out,
		"  -r, --reverse        merge stacks from the leaf, their callers above it\n"
		"      --thread THREAD  only the threads of this id or name\n"
		"      --comm NAME      only the processes of this name\n"
		"      --cause CAUSE    only time with this cause, or with one of this group:\n"
		"                         lock/futex, lock\n"
		"      --state STATE    only time in this state, \"blocked\" or \"runnable\"\n"
		"      --from SECONDS, --to SECONDS\n"
		"                       only the slices of the window between these\n"
		"      --probe POINT    the time inside a probe point's calls instead, by the\n"
		"                         stacks of those that were timed\n"
		"Of all:\n"
		"  -s, --short-names    leave template arguments and parameters out of names;\n"
		"                         functions that then have one name become one\n"
		"  -t, --title TITLE    the picture's heading\n"
		"  -o, --output OUT     a file instead of standard output\n"
		"  -h, --help           this text\n");
}

/* `found`: the row of a table, or NULL. */
static int chosen(const void *found, const char *what)
{
	if (found)
		return 0;
	say_usage("flame", "there is no %s '%s'", what, optarg);
	return -1;
}

/* What shapes the picture. */
static int parse_shape(int letter, struct flame_request *request)
{
	switch (letter) {
	case 'f':
		request->format = flame_format__find(optarg);
		return chosen(request->format, "format");
	case 's':
		request->short_names = true;
		request->of_trees = "short-names";
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
	struct flame_wish *wish = &request->wish;

	switch (letter) {
	case 'v':
		wish->view = flame_view__find(optarg);
		return chosen(wish->view, "view");
	case 'r':
		wish->reversed = true;
		request->of_trees = "reverse";
		return 0;
	case OPTION_BY:
		request->of_trees = "by";
		wish->roots = flame_roots__find(optarg);
		return chosen(wish->roots, "root");
	case OPTION_PROBE:
		request->probe = optarg;
		return 0;
	case OPTION_THREAD:
		wish->pick.thread = optarg;
		return 0;
	case OPTION_COMM:
		wish->pick.comm = optarg;
		return 0;
	case OPTION_CAUSE:
		wish->pick.cause = optarg;
		return 0;
	case OPTION_STATE:
		wish->pick.state = optarg;
		return 0;
	case OPTION_FROM:
		return options__seconds("flame", "--from", optarg, 0, LONGEST, &wish->pick.from_ns);
	default:
		return options__seconds("flame", "--to", optarg, 0, LONGEST, &wish->pick.to_ns);
	}
}

static const char *word_of(int letter)
{
	for (const struct option *word = words; word->name; word++)
		if (word->val == letter)
			return word->name;
	return "";
}

static int parse_option(int letter, struct flame_request *request)
{
	if (letter < OPTION_PROBE && strchr("fstoh", letter))
		return parse_shape(letter, request);
	if (request->probe && letter == OPTION_PROBE) {
		say_usage("flame", "give --probe once");
		return -1;
	}
	/* A probe point has its own time, of which nothing else is known. */
	if (request->of_captures && (request->probe || letter == OPTION_PROBE)) {
		say_usage("flame", "--%s and --%s are different pictures", request->of_captures,
			  word_of(letter));
		return -1;
	}
	request->of_captures = word_of(letter);
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
	       (letter = options__next("flame", argc, argv, ":f:v:rst:o:h", words)) != OPTIONS_END)
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
