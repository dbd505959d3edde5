// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A workload that is told to stop stops, cleans up, and still reports what it did. */
#include <dirent.h>
#include <limits.h>
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

static int count_threads(pid_t pid)
{
	char path[64];
	int threads = -2; /* . and .. */
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	while (dir && readdir(dir))
		threads++;
	if (dir)
		closedir(dir);
	return threads;
}

/* Its files are made then. */
static void wait_until_it_works(pid_t pid)
{
	for (int i = 0; i < 600 && count_threads(pid) < 2; i++)
		sleep_ms(50);
	sleep_ms(300);
}

static void stop_with(const char *name, int signal)
{
	struct outcome outcome;
	struct child child;
	char arguments[128];
	double begin;

	snprintf(arguments, sizeof(arguments), "%s --json --seconds 60", name);
	child = child__start(arguments, NULL, 0);
	wait_until_it_works(child.pid);
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
		"fd-storm",   "cold-read",    "futex",	  "dir-lock",	      "two-stacks",
		"storm",      "small-reads",  "sleepers", "cond-wait",	      "dput",
		"epoll-file", "file-service", "mixture",  "readahead-defeat", "two-waits",
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
	stop_with("dput", SIGINT);
	stop_with("file-service", SIGHUP);
	stop_with("futex --slow-holder", SIGINT);
	stop_with("readahead-defeat --pattern same-page", SIGINT);
}

static bool loop_device_on(const char *directory)
{
	bool found = false;

	for (int i = 0; i < 256 && !found; i++) {
		char path[64], file[PATH_MAX] = "";
		FILE *stream;

		snprintf(path, sizeof(path), "/sys/block/loop%d/loop/backing_file", i);
		stream = fopen(path, "re");
		if (!stream)
			continue;
		found = fgets(file, sizeof(file), stream) &&
			!strncmp(file, directory, strlen(directory));
		fclose(stream);
	}
	return found;
}

/* The kernel takes a mount apart after the end of the process. */
static bool eventually_no_loop_device_on(const char *directory)
{
	for (int i = 0; i < 100; i++) {
		if (!loop_device_on(directory))
			return true;
		sleep_ms(50);
	}
	return false;
}

/* What has no name, and a mount that hangs nowhere, go with the process. */
static void a_kill_leaves_nothing_of_what_has_no_name(void **state)
{
	static const char *const nameless[] = {"mixture", "readahead-defeat", "epoll-file",
					       "readahead-defeat --fs ext4"};

	(void)state;
	for (size_t i = 0; i < sizeof(nameless) / sizeof(nameless[0]); i++) {
		struct outcome outcome;
		struct child child = child__start(nameless[i], NULL, 0);

		wait_until_it_works(child.pid);
		kill(child.pid, SIGKILL);
		outcome = child__wait(&child);
		if (outcome.exit_status != -1 || outcome.left_files)
			fail_msg("%s: exit status %d, stderr '%s', files left: %d", nameless[i],
				 outcome.exit_status, outcome.err, outcome.left_files);
		outcome__free(&outcome);
	}
	assert_true(eventually_no_loop_device_on(WORKLOAD_SCRATCH));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sigterm_stops_every_workload),
		cmocka_unit_test(other_signals_leave_no_files_either),
		cmocka_unit_test(a_kill_leaves_nothing_of_what_has_no_name),
		cmocka_unit_test(a_stop_while_files_are_made_leaves_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
