// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A workload that is told to stop stops, cleans up, and still reports what it did. */
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

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
		"dput",
		"epoll-file",
		"file-service",
		"mixture",
		"readahead-defeat",
		"two-waits",
		"idle-echo --threads 8",
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

static bool is_there(const char *dir, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return !access(path, F_OK);
}

/* The names of a directory's entries that are not `known`; how many. */
static int entries(const char *path, const char *known)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	int count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		count += entry->d_name[0] != '.' && strcmp(entry->d_name, known) != 0;
	closedir(dir);
	return count;
}

/* What looks like a workload's and is none's stays, and so does that of one that lives. */
static void what_a_killed_one_left_the_next_removes(void **state)
{
	char dir[] = WORKLOAD_SCRATCH "/leftovers-XXXXXX", arguments[512], path[512];
	struct child killed, living;
	struct outcome outcome;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/wallflame-workload-abcdef", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/wallflame-workload-abcdef/mine", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(arguments, sizeof(arguments), "cold-read --json --seconds 60 --files 8 --dir %s",
		 dir);
	killed = child__start(arguments, NULL, 0);
	sleep_ms(700);
	kill(killed.pid, SIGKILL);
	outcome = child__wait(&killed);
	outcome__free(&outcome);
	assert_int_equal(entries(dir, "wallflame-workload-abcdef"), 1);
	living = child__start(arguments, NULL, 0);
	sleep_ms(700);
	assert_int_equal(entries(dir, "wallflame-workload-abcdef"), 1);
	snprintf(arguments, sizeof(arguments), "cold-read --operations 100 --files 8 --dir %s",
		 dir);
	outcome = run_well(arguments);
	outcome__free(&outcome);
	assert_int_equal(entries(dir, "wallflame-workload-abcdef"), 1);
	kill(living.pid, SIGTERM);
	outcome = child__wait(&living);
	assert_int_equal(outcome.exit_status, 0);
	assert_true(outcome__number(&outcome, "operations") > 0);
	outcome__free(&outcome);
	assert_int_equal(entries(dir, "wallflame-workload-abcdef"), 0);
	assert_true(is_there(dir, "wallflame-workload-abcdef/mine"));
	rmdir(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
	assert_int_equal(rmdir(dir), 0);
}

/* Directories in directories, too. */
static void what_a_killed_dput_left_the_next_removes(void **state)
{
	char dir[] = WORKLOAD_SCRATCH "/leftovers-XXXXXX", arguments[512];
	struct outcome outcome;
	struct child killed;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(arguments, sizeof(arguments), "dput --seconds 60 --dir %s", dir);
	killed = child__start(arguments, NULL, 0);
	wait_until_it_works(killed.pid);
	kill(killed.pid, SIGKILL);
	outcome = child__wait(&killed);
	outcome__free(&outcome);
	assert_int_equal(entries(dir, ""), 1);
	snprintf(arguments, sizeof(arguments), "dput --json --operations 100 --dir %s", dir);
	outcome = run_well(arguments);
	outcome__free(&outcome);
	assert_int_equal(entries(dir, ""), 0);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sigterm_stops_every_workload),
		cmocka_unit_test(other_signals_leave_no_files_either),
		cmocka_unit_test(a_kill_leaves_nothing_of_what_has_no_name),
		cmocka_unit_test(a_stop_while_files_are_made_leaves_none),
		cmocka_unit_test(a_kill_leaves_none_of_the_files_without_names),
		cmocka_unit_test(what_a_killed_one_left_the_next_removes),
		cmocka_unit_test(what_a_killed_dput_left_the_next_removes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
