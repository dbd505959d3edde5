// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A workload that is told to stop stops, cleans up, and still reports what it did. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tests/workloads/harness.h"

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void stop_with(const char *name, int signal)
{
	struct outcome outcome;
	struct child child;
	char arguments[96];
	double begin;

	snprintf(arguments, sizeof(arguments), "%s --json --seconds 60", name);
	child = child__start(arguments, NULL, 0);
	/* Long enough for the files to be there. */
	sleep_ms(!strncmp(name, "co", 2) || !strncmp(name, "cu", 2) ? 1500 : 300);
	begin = now();
	kill(child.pid, signal);
	outcome = child__wait(&child);
	if (outcome.exit_status || !outcome.json || outcome.left_files || now() - begin > 10)
		fail_msg("%s: signal %d: exit status %d, stderr '%s', files left: %d, after %f s",
			 name, signal, outcome.exit_status, outcome.err, outcome.left_files,
			 now() - begin);
	assert_true(outcome__number(&outcome, "interrupted") == 1);
	assert_true(outcome__number(&outcome, "seconds") < 20);
	assert_true(outcome__number(&outcome, "operations") > 0);
	outcome__free(&outcome);
}

static void sigterm_stops_every_workload(void **state)
{
	static const char *const timed[] = {
		"fd-storm",
		"cold-read",
		"futex",
		"dir-lock",
		"two-stacks",
		"storm",
		"small-read",
		"sleepers",
		"cond-wait",
		"cure-mmap",
		"cure-pieces",
		"cure-pool",
		"cure-readahead",
		"cure-uring",
		"cure-mmap --way after",
		"cure-pool --way after",
		"cure-uring --way after",
		"cure-pieces --cold",
		"fd-storm --steady",
		"fd-storm --exhaust --table own",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(timed) / sizeof(timed[0]); i++)
		stop_with(timed[i], SIGTERM);
}

static void other_signals_leave_no_files_either(void **state)
{
	(void)state;
	stop_with("dir-lock", SIGINT);
	stop_with("cold-read", SIGHUP);
}

static void a_stop_while_files_are_made_leaves_none(void **state)
{
	struct child child = child__start("cold-read --files 1000000", NULL, 0);
	struct outcome outcome;

	(void)state;
	sleep_ms(150);
	kill(child.pid, SIGTERM);
	outcome = child__wait(&child);
	assert_int_equal(outcome.exit_status, 1);
	assert_non_null(strstr(outcome.err, "stopped while the files were made"));
	assert_false(outcome.left_files);
	outcome__free(&outcome);
}

/* Nobody can clean up then: there must be nothing to clean. */
static void a_kill_leaves_none_of_the_files_without_names(void **state)
{
	static const char *const nameless[] = {"small-read", "cure-mmap", "cure-pieces",
					       "cure-readahead", "cure-uring --way after"};

	(void)state;
	for (size_t i = 0; i < sizeof(nameless) / sizeof(nameless[0]); i++) {
		struct child child = child__start(nameless[i], NULL, 0);
		struct outcome outcome;

		sleep_ms(400);
		kill(child.pid, SIGKILL);
		outcome = child__wait(&child);
		assert_int_equal(outcome.exit_status, -1);
		if (outcome.left_files)
			fail_msg("%s: files are left", nameless[i]);
		outcome__free(&outcome);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sigterm_stops_every_workload),
		cmocka_unit_test(other_signals_leave_no_files_either),
		cmocka_unit_test(a_stop_while_files_are_made_leaves_none),
		cmocka_unit_test(a_kill_leaves_none_of_the_files_without_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
