// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Does the cause that a workload is for come first? Looks at all its threads again and again, as
 * /proc shows them, and counts where they are.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/workloads/harness.h"

#define MAX_FUNCTIONS 8
#define LOOKS 150
#define BETWEEN_LOOKS_MS 4

struct places {
	int cause; /* blocked in one of the functions */
	int idle; /* in a sleep or poll */
	int running; /* or waiting for a CPU */
	int elsewhere;
	int unreadable; /* stacks */
};

static const char *const idle[] = {"hrtimer_nanosleep", "do_sys_poll", NULL};

static size_t read_text(char *text, size_t size, const char *path)
{
	FILE *stream = fopen(path, "re");
	size_t length = stream ? fread(text, 1, size - 1, stream) : 0;

	text[length] = '\0';
	if (stream)
		fclose(stream);
	return length;
}

/* The lines of /proc/PID/stack are like "[<0>] futex_wait+0x6d/0x110". */
static bool stack_has(const char *stack, const char *const *functions)
{
	for (; *functions; functions++) {
		const char *found = strstr(stack, *functions);

		if (found && found > stack && found[-1] == ' ')
			return true;
	}
	return false;
}

static void look_at(struct places *places, const char *task, const char *const *functions)
{
	char path[340], stat[512], stack[4096];
	const char *end;

	snprintf(path, sizeof(path), "%s/stack", task);
	read_text(stack, sizeof(stack), path);
	snprintf(path, sizeof(path), "%s/stat", task);
	if (!read_text(stat, sizeof(stat), path) || !(end = strrchr(stat, ')')))
		return; /* it has ended */
	if (end[2] == 'R')
		places->running++;
	else if (!*stack)
		places->unreadable++;
	else if (stack_has(stack, functions))
		places->cause++;
	else if (stack_has(stack, idle))
		places->idle++;
	else
		places->elsewhere++;
}

static void look(struct places *places, pid_t pid, const char *const *functions)
{
	const struct dirent *entry;
	char path[64], task[320];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		snprintf(task, sizeof(task), "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.')
			look_at(places, task, functions);
	}
	if (dir)
		closedir(dir);
}

/*
 * A blocked thread is in one of the functions more often than it is anywhere else that is not
 * idle, running and run queue together included.
 */
static void check_cause(const char *workload, int threads, const char *const *functions)
{
	struct places places = {0};
	struct outcome outcome;
	struct child child;
	char arguments[64];

	snprintf(arguments, sizeof(arguments), "%s --threads %d --seconds 2", workload, threads);
	child = child__start(arguments, NULL, 0);
	sleep_ms(400);
	for (int i = 0; i < LOOKS; i++) {
		look(&places, child.pid, functions);
		sleep_ms(BETWEEN_LOOKS_MS);
	}
	outcome = child__wait(&child);
	assert_int_equal(outcome.exit_status, 0);
	outcome__free(&outcome);
	print_message("%s, %d threads: cause %d, running or runnable %d, elsewhere %d, idle %d\n",
		      workload, threads, places.cause, places.running, places.elsewhere,
		      places.idle);
	/* The kernel shows stacks to CAP_SYS_ADMIN only. */
	if (places.unreadable > places.cause + places.idle)
		skip();
	assert_true(places.cause > places.running);
	assert_true(places.cause > places.elsewhere);
}

static void futex_waits_for_the_mutex(void **state)
{
	static const char *const functions[MAX_FUNCTIONS] = {"futex_wait", "futex_do_wait",
							     "futex_wait_queue"};

	(void)state;
	check_cause("futex", 2, functions);
	check_cause("futex", 4, functions);
}

static void dir_lock_waits_for_inodes(void **state)
{
	/* /proc leaves the lock's own functions out (in_sched_functions, kernel/sched/core.c). */
	static const char *const functions[MAX_FUNCTIONS] = {
		"do_linkat", "do_unlinkat", "path_openat", "filename_create", NULL};

	(void)state;
	check_cause("dir-lock", 2, functions);
	check_cause("dir-lock", 4, functions);
}

static void fd_storm_waits_for_the_table(void **state)
{
	static const char *const functions[MAX_FUNCTIONS] = {"expand_files", "expand_fdtable",
							     "alloc_fd", NULL};

	(void)state;
	check_cause("fd-storm", 2, functions);
	check_cause("fd-storm", 4, functions);
	check_cause("fd-storm --occupy 4096", 2, functions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(futex_waits_for_the_mutex),
		cmocka_unit_test(dir_lock_waits_for_inodes),
		cmocka_unit_test(fd_storm_waits_for_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
