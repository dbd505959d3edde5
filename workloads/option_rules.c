// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/option_rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/clock.h"

#define MIN_SECONDS 0.001
#define MIN_MS 0.001
/* An index of three digits, for which the names of threads leave room (team.c). */
#define MAX_THREADS 9999
#define HIGH_DESCRIPTORS 65536

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

const struct option_rule option_rules[OPTION_RULES] = {
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
