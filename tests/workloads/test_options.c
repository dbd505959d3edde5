// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "tests/workloads/harness.h"

static const char *const names[] = {
	"fd-storm",	"cold-read",  "open-storm",	  "futex",	"dir-lock",  "two-stacks",
	"storm",	"small-read", "sleepers",	  "forks",	"cond-wait", "cure-mmap",
	"cure-pieces",	"cure-pool",  "cure-readahead",	  "cure-uring", "dput",	     "epoll-file",
	"file-service", "mixture",    "readahead-defeat", "two-waits",	"idle-echo",
};
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
	{"futex --threads 0", {"--threads: '0'", "1 to 9999"}},
	{"futex --threads 10000", {"--threads: '10000'", "1 to 9999"}},
	{"futex --threads 99999999999999999999", {"--threads", "1 to 9999"}},
	{"futex --threads 2x", {"--threads: '2x'", "1 to 9999"}},
	{"futex --threads=", {"--threads: ''", "1 to 9999"}},
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
	{"fd-storm --steady --exhaust", {"--steady", "--exhaust"}},
	{"fd-storm --steady --files 10", {"--steady", "leave --files out"}},
	{"fd-storm --exhaust --files 10", {"--exhaust", "leave --files out"}},
	{"fd-storm --table own", {"--table", "only with --steady or --exhaust"}},
	{"fd-storm --steady --table none", {"--table: 'none'", "give shared or own"}},
	{"fd-storm --steady --table share", {"--table: 'share'", "give shared or own"}},
	{"fd-storm --steady --table shared|own", {"--table: 'shared|own'", "give shared or own"}},
	{"fd-storm --operations 0", {"--operations: '0'", "from 1"}},
	{"fd-storm --way after", {"--way", "fd-storm does not take it"}},
	{"cold-read --advice=", {"--advice: ''", "none, willneed or warm"}},
	{"cold-read --advice cold", {"--advice: 'cold'", "none, willneed or warm"}},
	{"small-read --size 0", {"--size: '0'", "1 to 16777216"}},
	{"small-read --size 16777217", {"--size: '16777217'", "1 to 16777216"}},
	{"small-read --size 4k", {"--size: '4k'", "1 to 16777216"}},
	{"cure-pool --way both", {"--way: 'both'", "before or after"}},
	{"cure-uring --seed -1", {"--seed: '-1'", "0 to 4294967295"}},
	{"cure-uring --cold", {"--cold", "cure-uring does not take it"}},
	{"cold-read --files 3", {"--files: '3'", "4 threads"}},
	{"futex --hold 0", {"--hold: '0'", "0.001 to 10000"}},
	{"futex --hold -1", {"--hold: '-1'", "0.001 to 10000"}},
	{"futex --hold 10001", {"--hold: '10001'", "0.001 to 10000"}},
	{"futex --hold nan", {"--hold: 'nan'", "0.001 to 10000"}},
	{"futex --hold 1ms", {"--hold: '1ms'", "0.001 to 10000"}},
	{"futex --slow-holder=1", {"--slow-holder", "no such option, or not like this"}},
	{"storm --slow-holder", {"--slow-holder", "storm does not take it"}},
	{"two-stacks --seed -1", {"--seed: '-1'", "0 to 4294967295"}},
	{"mixture --fd 101", {"--fd: '101'", "0 to 100"}},
	{"mixture --fd 20 --page 30 --futex 25", {"are 75 % together", "the sum 100"}},
	{"mixture --cpu 60 --futex 60", {"are 120 % together", "the sum 100"}},
	{"mixture --cpu 0", {"are 0 % together", "the sum 100"}},
	{"futex --fd 100", {"--fd", "futex does not take it"}},
	{"readahead-defeat --pattern", {"--pattern", "missing"}},
	{"readahead-defeat --pattern rand", {"--pattern: 'rand'", "random, holes or same-page"}},
	{"readahead-defeat --pattern random|holes", {"--pattern: 'random|holes'", "holes or"}},
	{"readahead-defeat --pattern=", {"--pattern: ''", "random, holes or same-page"}},
	{"readahead-defeat --fs ntfs", {"--fs: 'ntfs'", "here, ext4 or xfs"}},
	{"readahead-defeat --delay 5", {"--delay", "--fs ext4 or --fs xfs"}},
	{"readahead-defeat --fs here --delay 5", {"--delay", "--fs ext4 or --fs xfs"}},
	{"readahead-defeat --fs xfs --delay 0", {"--delay: '0'", "1 to 1000"}},
	{"file-service --threads 0", {"--threads: '0'", "1 to 9999"}},
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
	static const char *const have[] = {
		"dir-lock",	"cold-read",	  "small-read",	     "cure-mmap", "cure-pieces",
		"cure-pool",	"cure-readahead", "cure-uring",	     "dput",	  "epoll-file",
		"file-service", "mixture",	  "readahead-defeat"};

	(void)state;
	for (size_t i = 0; i < sizeof(have) / sizeof(have[0]); i++) {
		struct outcome outcome;
		char arguments[64];

		snprintf(arguments, sizeof(arguments), "%s --dir /not/there", have[i]);
		outcome = run(arguments);

		assert_int_equal(outcome.exit_status, 1);
		assert_int_equal(count_lines(outcome.err), 1);
		assert_non_null(strstr(outcome.err, "'/not/there': No such file or directory"));
		outcome__free(&outcome);
	}
}

/* What the options say each for itself is right, and does not fit the work. */
static void work_that_cannot_be_is_told_before_it_begins(void **state)
{
	static const struct {
		const char *arguments;
		const char *named;
	} impossible[] = {
		{"cure-pieces --file-size 65537", "a multiple of 65536"},
		{"cure-uring --file-size 100", "a multiple of 4096"},
		{"cure-readahead --dir /dev/shm", "choose a directory on a disk with --dir"},
		{"cold-read --dir /dev/shm", "choose a directory on a disk with --dir"},
		{"fd-storm --exhaust --occupy 64", "4 threads need a limit of"},
		{"fd-storm --threads 900 --occupy 64", "900 threads need"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
		struct outcome outcome = run(impossible[i].arguments);

		if (outcome.exit_status != 1 || *outcome.out || outcome.left_files ||
		    count_lines(outcome.err) != 1 || !strstr(outcome.err, impossible[i].named))
			fail_msg("'%s': exit status %d, stdout '%s', stderr '%s'",
				 impossible[i].arguments, outcome.exit_status, outcome.out,
				 outcome.err);
		outcome__free(&outcome);
	}
}

/* Words that are right in themselves, and still cannot be done. */
static void what_cannot_be_done_is_said(void **state)
{
	static const struct {
		const char *arguments;
		rlim_t max_files;
		const char *named;
	} impossible[] = {
		{"readahead-defeat --file-size 4096", 0, "--file-size: give at least 4194304"},
		{"mixture --seconds 1", 50, "RLIMIT_NOFILE"},
		{"readahead-defeat --dir /dev/shm", 0, "a directory on a disk with --dir"},
		{"mixture --dir /dev/shm", 0, "a directory on a disk with --dir"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(impossible) / sizeof(impossible[0]); i++) {
		struct child child =
			child__start(impossible[i].arguments, NULL, impossible[i].max_files);
		struct outcome outcome = child__wait(&child);

		if (outcome.exit_status != 1 || *outcome.out || count_lines(outcome.err) != 1 ||
		    !strstr(outcome.err, impossible[i].named) || outcome.left_files)
			fail_msg("'%s': exit status %d, stdout '%s', stderr '%s'",
				 impossible[i].arguments, outcome.exit_status, outcome.out,
				 outcome.err);
		outcome__free(&outcome);
	}
}

/* The last test: what is dropped here does not come back. */
static void without_permission_it_is_said_what_runs(void **state)
{
	struct outcome outcome;

	(void)state;
	prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN);
	outcome = run("readahead-defeat --fs ext4 --seconds 0.1");
	assert_int_equal(outcome.exit_status, 1);
	assert_int_equal(count_lines(outcome.err), 1);
	assert_non_null(strstr(outcome.err, "--fs here needs none"));
	assert_false(outcome.left_files);
	outcome__free(&outcome);
	outcome = run_well("readahead-defeat --fs here --seconds 0.1");
	outcome__free(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list_names_every_workload_once),
		cmocka_unit_test(help_tells_the_options),
		cmocka_unit_test(wrong_words_end_with_2_and_one_line),
		cmocka_unit_test(a_line_that_cannot_be_written_is_a_failure),
		cmocka_unit_test(a_directory_that_is_not_there_is_named),
		cmocka_unit_test(work_that_cannot_be_is_told_before_it_begins),
		cmocka_unit_test(what_cannot_be_done_is_said),
		cmocka_unit_test(without_permission_it_is_said_what_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
