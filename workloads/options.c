// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/options.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/clock.h"
#include "workloads/option_mix.h"

#define DEFAULT_SECONDS 10
#define MIN_SECONDS 0.001
#define MAX_SECONDS 86400
#define MIN_MS 0.001
/* An index of three digits, for which the names of threads leave room (team.c). */
#define MAX_THREADS 999
#define HIGH_DESCRIPTORS 65536

struct option_rule;
/* Puts the value into *member; false: the value is not allowed. */
typedef bool (*option_setter)(const struct option_rule *rule, const char *text, void *member);

struct option_rule {
	const char *name;
	const char *value; /* what --help calls it; NULL: the option takes none */
	const char *meaning;
	enum workload_option bit;
	option_setter set;
	size_t offset; /* of the member of struct workload_options */
	int64_t min, max;
	const char *allowed; /* in words; NULL: min to max */
};

static bool option__set_integer(const struct option_rule *rule, const char *text, void *member)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || end == text || *end || value < rule->min || value > rule->max)
		return false;
	*(int64_t *)member = value;
	return true;
}

static bool option__set_power_of_two(const struct option_rule *rule, const char *text, void *member)
{
	int64_t value;

	if (!option__set_integer(rule, text, &value) || (value & (value - 1)))
		return false;
	*(int64_t *)member = value;
	return true;
}

static bool option__set_seconds(const struct option_rule *rule, const char *text, void *member)
{
	char *end;
	double value;

	errno = 0;
	value = strtod(text, &end);
	/* Written so that what is not a number is refused too. */
	if (errno || end == text || *end || !(value >= MIN_SECONDS && value <= (double)rule->max))
		return false;
	*(int64_t *)member = (int64_t)(value * NS_PER_S);
	return true;
}

static bool option__set_milliseconds(const struct option_rule *rule, const char *text, void *member)
{
	char *end;
	double value;

	errno = 0;
	value = strtod(text, &end);
	if (errno || end == text || *end || !(value >= MIN_MS && value <= (double)rule->max))
		return false;
	*(int64_t *)member = (int64_t)(value * 1e6);
	return true;
}

static bool option__set_text(const struct option_rule *rule, const char *text, void *member)
{
	(void)rule;
	*(const char **)member = text;
	return *text;
}

static bool option__set_high(const struct option_rule *rule, const char *text, void *member)
{
	(void)text;
	*(int64_t *)member = rule->max;
	return true;
}

static bool option__set_flag(const struct option_rule *rule, const char *text, void *member)
{
	(void)rule;
	(void)text;
	*(int64_t *)member = true;
	return true;
}

/* `value` has the words, "one|two": what is put is the place of the given one. */
static bool option__set_word(const struct option_rule *rule, const char *text, void *member)
{
	size_t length = strlen(text);
	const char *word = rule->value;

	for (int64_t place = 0; word; place++) {
		const char *end = strchrnul(word, '|');

		if (length == (size_t)(end - word) && !strncmp(word, text, length)) {
			*(int64_t *)member = place;
			return true;
		}
		word = *end ? end + 1 : NULL;
	}
	return false;
}

#define MEMBER(name) offsetof(struct workload_options, name)

static const struct option_rule rules[] = {
	{"threads", "N", "how many threads", TAKES_THREADS, option__set_integer, MEMBER(threads), 1,
	 MAX_THREADS, NULL},
	{"seconds", "S", "how long (10)", TAKES_SECONDS, option__set_seconds, MEMBER(run_ns), 0,
	 MAX_SECONDS, "a number, 0.001 to 86400"},
	{"high", NULL, "occupy 65536 descriptors first", TAKES_HIGH, option__set_high,
	 MEMBER(occupy), 0, HIGH_DESCRIPTORS, NULL},
	{"occupy", "N", "occupy N descriptors first", TAKES_OCCUPY, option__set_power_of_two,
	 MEMBER(occupy), 64, 1 << 20, "a power of two, 64 to 1048576"},
	{"files", "N", "how many files", TAKES_FILES, option__set_integer, MEMBER(files), 1,
	 1000000, NULL},
	{"file-size", "BYTES", "size of a file", TAKES_FILE_SIZE, option__set_integer,
	 MEMBER(file_size), 1, 1 << 30, NULL},
	{"operations", "N", "end after exactly so many, all threads together", TAKES_OPERATIONS,
	 option__set_integer, MEMBER(operations), 1, INT64_MAX / 2, "a whole number, from 1"},
	{"seed", "N", "what chance begins with (1)", TAKES_SEED, option__set_integer, MEMBER(seed),
	 0, UINT32_MAX, NULL},
	{"json", NULL, "print one line of JSON, with a histogram", TAKES_JSON, option__set_flag,
	 MEMBER(json), 0, 0, NULL},
	{"hold", "MS", "how long the mutex is held (0.5)", TAKES_HOLD, option__set_milliseconds,
	 MEMBER(hold_ns), 0, 10000, "a number of milliseconds, 0.001 to 10000"},
	{"slow-holder", NULL, "a thread of this name holds the mutex 50 ms, once a second",
	 TAKES_SLOW_HOLDER, option__set_flag, MEMBER(slow_holder), 0, 0, NULL},
	{"fd", "PERCENT", "descriptor tables that grow (of the four, 20)", TAKES_MIXTURE,
	 option__set_integer, MEMBER(mixture[MIXTURE_FD]), 0, 100, NULL},
	{"page", "PERCENT", "cold reads (30)", TAKES_MIXTURE, option__set_integer,
	 MEMBER(mixture[MIXTURE_PAGE]), 0, 100, NULL},
	{"futex", "PERCENT", "waiting for a mutex (25)", TAKES_MIXTURE, option__set_integer,
	 MEMBER(mixture[MIXTURE_FUTEX]), 0, 100, NULL},
	{"cpu", "PERCENT", "computing (25)", TAKES_MIXTURE, option__set_integer,
	 MEMBER(mixture[MIXTURE_CPU]), 0, 100, NULL},
	{"pattern", "random|holes|same-page", "which pages are read (random)", TAKES_PATTERN,
	 option__set_word, MEMBER(pattern), 0, 0, "random, holes or same-page"},
	{"fs", "here|ext4|xfs", "in the directory, or in a new file system of this kind (here)",
	 TAKES_FS, option__set_word, MEMBER(fs), 0, 0, "here, ext4 or xfs"},
	{"delay", "MS", "the new file system's device takes so long", TAKES_DELAY,
	 option__set_integer, MEMBER(delay_ms), 1, 1000, NULL},
	{"dir", "DIR", "where the files are made ($TMPDIR or /var/tmp)", TAKES_DIR,
	 option__set_text, MEMBER(dir), 0, 0, "a directory"},
	{"advice", "none|willneed|warm",
	 "read files cold, cold but announced some files ahead, or in memory (none)", TAKES_ADVICE,
	 option__set_word, MEMBER(advice), 0, 0, "none, willneed or warm"},
	{"cold", NULL, "take the file out of memory before each pass through it", TAKES_COLD,
	 option__set_flag, MEMBER(cold), 0, 0, NULL},
	{"exhaust", NULL, "use up the descriptors that RLIMIT_NOFILE allows, and go on",
	 TAKES_EXHAUST, option__set_flag, MEMBER(exhaust), 0, 0, NULL},
	{"size", "BYTES", "how much a read reads (64)", TAKES_SIZE, option__set_integer,
	 MEMBER(size), 1, 1 << 24, NULL},
	{"steady", NULL, "open and close one file at a time; the table has its size before",
	 TAKES_STEADY, option__set_flag, MEMBER(steady), 0, 0, NULL},
	{"table", "shared|own", "one table for all threads, or one each (shared)", TAKES_TABLE,
	 option__set_word, MEMBER(table), 0, 0, "shared or own"},
	{"way", "before|after", "without the cure, or with it (before)", TAKES_WAY,
	 option__set_word, MEMBER(way), 0, 0, "before or after"},
};
enum {
	RULES = sizeof(rules) / sizeof(rules[0]),
	/* What getopt_long returns: places in the table, and these. */
	OPTION_LIST = RULES,
	OPTION_HELP,
	LONG_OPTIONS,
};

static enum options_action options__bad(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static enum options_action options__bad(const char *format, ...)
{
	va_list args;

	fputs("wallflame-workload: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return OPTIONS_BAD;
}

static unsigned int options__takes(const struct workload *workload)
{
	return workload->takes | TAKES_JSON;
}

void options__help(void)
{
	puts("usage: wallflame-workload NAME [OPTION...]\n"
	     "       wallflame-workload --list\n\n"
	     "Makes one cause of lost time dominate, then prints what it did by its own count and "
	     "clock.\n\nOptions, and the workloads that take them:");
	for (int i = 0; i < RULES; i++) {
		printf("  --%s%s%s\n      %s:", rules[i].name, rules[i].value ? " " : "",
		       rules[i].value ? rules[i].value : "", rules[i].meaning);
		for (const struct workload *workload = workloads; workload->name; workload++)
			if (options__takes(workload) & rules[i].bit)
				printf(" %s", workload->name);
		putchar('\n');
	}
}

static void options__long(struct option options[LONG_OPTIONS + 1])
{
	for (int i = 0; i < RULES; i++)
		options[i] =
			(struct option){.name = rules[i].name,
					.has_arg = rules[i].value ? required_argument : no_argument,
					.val = i};
	options[OPTION_LIST] = (struct option){.name = "list", .val = OPTION_LIST};
	options[OPTION_HELP] = (struct option){.name = "help", .val = OPTION_HELP};
	options[LONG_OPTIONS] = (struct option){0};
}

static enum options_action options__set(const struct option_rule *rule, const char *text,
					struct workload_options *options)
{
	if (rule->set(rule, text, (char *)options + rule->offset))
		return OPTIONS_RUN;
	if (rule->allowed)
		return options__bad("--%s: '%s' is not allowed: give %s", rule->name, text,
				    rule->allowed);
	return options__bad("--%s: '%s' is not allowed: give a whole number, %" PRId64
			    " to %" PRId64,
			    rule->name, text, rule->min, rule->max);
}

/* Who names a part of a mixture names all that there is to be in it. */
static enum options_action options__check_mixture(unsigned int given,
						  struct workload_options *options)
{
	static const int64_t usual[MIXTURE_PARTS] = {20, 30, 25, 25};
	int64_t sum = 0;

	if (!(given & TAKES_MIXTURE))
		memcpy(options->mixture, usual, sizeof(usual));
	for (int part = 0; part < MIXTURE_PARTS; part++)
		sum += options->mixture[part];
	if (sum == 100)
		return OPTIONS_RUN;
	return options__bad("--fd, --page, --futex and --cpu are %" PRId64 " %% together: give "
			    "shares with the sum 100; what is not given is 0",
			    sum);
}

/* Are the options such as this workload takes, in a number it can work with? */
static enum options_action options__check(const struct workload *workload, unsigned int given,
					  struct workload_options *options)
{
	const char *wrong = option_mix__wrong(given);

	for (int i = 0; i < RULES; i++)
		if (given & rules[i].bit & ~options__takes(workload))
			return options__bad("--%s: %s does not take it; see --help", rules[i].name,
					    workload->name);
	if (wrong)
		return options__bad("%s", wrong);
	if (!options->threads)
		options->threads = workload->default_threads;
	/* An exact count has the time it needs, unless an end is given too. */
	if (!options->run_ns)
		options->run_ns =
			(given & TAKES_OPERATIONS ? MAX_SECONDS : DEFAULT_SECONDS) * NS_PER_S;
	if (!(given & TAKES_OPERATIONS))
		options->operations = TEAM_UNLIMITED;
	if (!(given & TAKES_SEED))
		options->seed = 1;
	if (options->threads % workload->threads_multiple)
		return options__bad("--threads: '%" PRId64 "' is not allowed: %s needs a multiple "
				    "of %d",
				    options->threads, workload->name, workload->threads_multiple);
	if (options->files && options->files < options->threads)
		return options__bad("--files: '%" PRId64 "' is not allowed: give at least one for "
				    "each of %" PRId64 " threads",
				    options->files, options->threads);
	if ((given & TAKES_DELAY) && options->fs < FS_EXT4)
		return options__bad("--delay needs a new file system: give --fs ext4 or --fs xfs");
	return options__check_mixture(given, options);
}

enum options_action options__parse(int argc, char **argv, const struct workload **workload,
				   struct workload_options *options)
{
	struct option long_options[LONG_OPTIONS + 1];
	unsigned int given = 0;
	int chosen;

	*options = (struct workload_options){0};
	options__long(long_options);
	opterr = 0;
	while ((chosen = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (chosen == 'h' || chosen == OPTION_HELP)
			return OPTIONS_HELP;
		if (chosen == OPTION_LIST)
			return OPTIONS_LIST;
		if (chosen == ':')
			return options__bad("%s: a value is missing", argv[optind - 1]);
		if (chosen == '?')
			return options__bad("%s: no such option, or not like this; see --help",
					    argv[optind - 1]);
		if (options__set(&rules[chosen], optarg, options) == OPTIONS_BAD)
			return OPTIONS_BAD;
		given |= rules[chosen].bit;
	}
	if (optind == argc)
		return options__bad("which workload? --list names them");
	*workload = workload__find(argv[optind]);
	if (!*workload)
		return options__bad("'%s' is no workload; --list names them", argv[optind]);
	if (optind + 1 < argc)
		return options__bad("'%s': only one workload can run at a time", argv[optind + 1]);
	return options__check(*workload, given, options);
}
