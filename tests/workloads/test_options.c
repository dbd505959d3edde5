// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <stdio.h>
#include <string.h>

#include "tests/workloads/harness.h"

static const char *const names[] = {"fd-storm", "cold-read",  "open-storm", "futex",
				    "dir-lock", "two-stacks", "storm",	    "small-read",
				    "sleepers", "forks",      "cond-wait"};
#define NAMES (sizeof(names) / sizeof(names[0]))

static void list_names_every_workload_once(void **state)
{
	struct outcome outcome = run("--list");

	(void)state;
	assert_int_equal(outcome.exit_status, 0);
	assert_string_equal(outcome.err, "");
	assert_int_equal(count_lines(outcome.out), NAMES);
	for (size_t i = 0; i < NAMES; i++) {
		char start[32];

		snprintf(start, sizeof(start), "%s ", names[i]);
		assert_non_null(strstr(outcome.out, start));
	}
	outcome__free(&outcome);
}

static void help_tells_the_options(void **state)
{
	struct outcome outcome = run("-h");

	(void)state;
	assert_int_equal(outcome.exit_status, 0);
	assert_non_null(strstr(outcome.out, "--threads N"));
	assert_non_null(strstr(outcome.out, "--occupy N"));
	outcome__free(&outcome);
}

/* What is wrong, and what the one line must name. */
static const struct {
	const char *arguments;
	const char *named[2];
} wrong[] = {
	{"", {"which workload", "--list"}},
	{"nonsense", {"'nonsense'", "--list"}},
	{"futex storm", {"'storm'", "one workload"}},
	{"futex --threads", {"--threads", "missing"}},
	{"futex --threads 0", {"--threads: '0'", "1 to 999"}},
	{"futex --threads 1000", {"--threads: '1000'", "1 to 999"}},
	{"futex --threads 99999999999999999999", {"--threads", "1 to 999"}},
	{"futex --threads 2x", {"--threads: '2x'", "1 to 999"}},
	{"futex --threads=", {"--threads: ''", "1 to 999"}},
	{"futex --seconds 0", {"--seconds: '0'", "0.001 to 86400"}},
	{"futex --seconds -1", {"--seconds: '-1'", "0.001 to 86400"}},
	{"futex --seconds nan", {"--seconds: 'nan'", "0.001 to 86400"}},
	{"futex --seconds inf", {"--seconds: 'inf'", "0.001 to 86400"}},
	{"futex --bogus", {"--bogus", "no such option"}},
	{"futex --dir /", {"--dir", "futex does not take it"}},
	{"forks --seconds 1", {"--seconds", "forks does not take it"}},
	{"storm --threads 3", {"--threads: '3'", "multiple of 2"}},
	{"fd-storm --occupy 100", {"--occupy: '100'", "a power of two"}},
	{"fd-storm --occupy 32", {"--occupy: '32'", "a power of two"}},
	{"fd-storm --high --occupy 64", {"--high", "--occupy 65536"}},
	{"cold-read --files 3", {"--files: '3'", "4 threads"}},
	{"cold-read --file-size 0", {"--file-size: '0'", "1 to 1073741824"}},
};

static void wrong_words_end_with_2_and_one_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct outcome outcome = run(wrong[i].arguments);

		if (outcome.exit_status != 2 || *outcome.out || count_lines(outcome.err) != 1 ||
		    !strstr(outcome.err, wrong[i].named[0]) ||
		    !strstr(outcome.err, wrong[i].named[1]))
			fail_msg("'%s': exit status %d, stdout '%s', stderr '%s'",
				 wrong[i].arguments, outcome.exit_status, outcome.out, outcome.err);
		outcome__free(&outcome);
	}
}

static void a_line_that_cannot_be_written_is_a_failure(void **state)
{
	struct child child = child__start("forks", "/dev/full", 0);
	struct outcome outcome = child__wait(&child);

	(void)state;
	assert_int_equal(outcome.exit_status, 1);
	assert_non_null(strstr(outcome.err, "cannot write to stdout"));
	outcome__free(&outcome);
}

static void a_directory_that_is_not_there_is_named(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct outcome outcome =
			run(i ? "dir-lock --dir /not/there" : "cold-read --dir /not/there");

		assert_int_equal(outcome.exit_status, 1);
		assert_int_equal(count_lines(outcome.err), 1);
		assert_non_null(strstr(outcome.err, "'/not/there': No such file or directory"));
		outcome__free(&outcome);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list_names_every_workload_once),
		cmocka_unit_test(help_tells_the_options),
		cmocka_unit_test(wrong_words_end_with_2_and_one_line),
		cmocka_unit_test(a_line_that_cannot_be_written_is_a_failure),
		cmocka_unit_test(a_directory_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
