// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Commands that are held, run, fail and end; processes that are there or not. */
#include "desk.h"

#include "collector/target.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void wait_for_end(struct target *target)
{
	for (int i = 0; i < 5000 && !target__has_ended(target); i++)
		g_usleep(1000);
	assert_true(target__has_ended(target));
	assert_true(target__has_ended(target)); /* it stays so */
}

static void a_command_is_held_until_released(void **state)
{
	const struct desk *desk = *state;
	char *mark = g_build_filename(desk->dir, "mark", NULL);
	char *const command[] = {"/bin/sh", "-c", "echo > \"$0\"; exit 7", mark, NULL};
	struct target *target;
	char *error = NULL;
	int status, before = desk__open_files();
	size_t count;

	assert_int_equal(target__of_command(&target, command, &error), 0);
	g_usleep(50000);
	assert_false(g_file_test(mark, G_FILE_TEST_EXISTS));
	assert_false(target__has_ended(target));
	assert_false(target__status(target, &status));
	assert_int_equal(target__pids(target, &count)[0], target__command_pid(target));
	assert_int_equal(count, 1);
	assert_int_equal(target__release(target, &error), 0);
	wait_for_end(target);
	assert_true(g_file_test(mark, G_FILE_TEST_EXISTS));
	assert_true(target__status(target, &status));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
	assert_true(target__status(target, &status)); /* and again */
	assert_int_equal(WEXITSTATUS(status), 7);
	target__free(target);
	assert_int_equal(desk__open_files(), before);
	g_free(mark);
}

static void a_command_that_is_given_up(void **state)
{
	const struct desk *desk = *state;
	char *mark = g_build_filename(desk->dir, "mark", NULL);
	char *const command[] = {"/bin/sh", "-c", "echo > \"$0\"", mark, NULL};
	struct target *target;
	char *error = NULL;
	int before = desk__open_files();
	pid_t pid;

	assert_int_equal(target__of_command(&target, command, &error), 0);
	pid = target__command_pid(target);
	target__free(target);
	assert_int_equal(kill(pid, 0), -1); /* gone and reaped */
	assert_false(g_file_test(mark, G_FILE_TEST_EXISTS));
	assert_int_equal(desk__open_files(), before);
	target__free(NULL);
	g_free(mark);
}

static void a_command_that_cannot_run(void **state)
{
	const struct desk *desk = *state;
	char *path = g_build_filename(desk->dir, "not executable", NULL);
	const struct {
		const char *name;
		int error;
	} commands[] = {
		{"/no/such/program", ENOENT},
		{"no-such-program-in-path", ENOENT},
		{"", ENOENT},
		{desk->dir, EACCES},
		{path, EACCES},
	};
	int before = desk__open_files();

	desk__write_text(path, "x", 1);
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		char *const command[] = {(char *)commands[i].name, "argument", NULL};
		struct target *target;
		char *error = NULL;

		assert_int_equal(target__of_command(&target, command, &error), 0);
		assert_int_equal(target__release(target, &error), -commands[i].error);
		assert_non_null(error);
		assert_non_null(strstr(error, g_strerror(commands[i].error)));
		g_free(error);
		target__free(target);
		assert_int_equal(desk__open_files(), before);
	}
	g_free(path);
}

/* In a child: the name is its own. Waits to be killed. */
static pid_t start_named(const char *comm)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, comm);
		if (write(ready[1], "", 1) == 1)
			for (;;)
				pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void processes_that_run(void **state)
{
	pid_t pids[3];
	struct target *target;
	char *error = NULL, *title;
	size_t count;
	int status, before = desk__open_files();

	(void)state;
	pids[0] = start_named("one");
	pids[1] = start_named("two");
	pids[2] = pids[0]; /* named twice, captured once */
	assert_int_equal(target__of_pids(&target, pids, 3, &error), 0);
	target__pids(target, &count);
	assert_int_equal(count, 2);
	assert_int_equal(target__command_pid(target), 0);
	assert_false(target__status(target, &status));
	title = g_strdup_printf("one, pid %d %d", pids[0], pids[1]);
	assert_string_equal(target__title(target), title);
	assert_int_equal(target__release(target, &error), 0); /* nothing to release */
	assert_false(target__has_ended(target));
	end(pids[0]);
	assert_false(target__saw_end(target));
	assert_false(target__has_ended(target)); /* the other lives */
	assert_true(target__saw_end(target));
	assert_false(target__has_ended(target));
	assert_false(target__saw_end(target)); /* told once */
	end(pids[1]);
	wait_for_end(target);
	target__free(target);
	assert_int_equal(desk__open_files(), before);
	g_free(title);
}

static void processes_that_do_not(void **state)
{
	pid_t gone = start_named("gone");
	const pid_t bad[] = {gone, 0x7fffffff, 0, -1};
	pid_t alive = start_named("alive");
	int before = desk__open_files();

	(void)state;
	end(gone);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		pid_t pids[] = {alive, bad[i]};
		struct target *target;
		char *error = NULL, *number = g_strdup_printf("%d", bad[i]);

		assert_int_equal(target__of_pids(&target, pids, 2, &error), -ESRCH);
		assert_non_null(error);
		assert_non_null(strstr(error, number));
		g_free(error);
		g_free(number);
	}
	end(alive);
	assert_int_equal(desk__open_files(), before);
}

static void not_itself(void **state)
{
	pid_t self = getpid();
	struct target *target;
	char *error = NULL;

	(void)state;
	assert_int_equal(target__of_pids(&target, &self, 1, &error), -EINVAL);
	assert_non_null(error);
	g_free(error);
}

static void assert_file_name(const struct target *target, const char *comm)
{
	char *name = target__file_name(target), *start;
	size_t count;

	start = g_strdup_printf("wallflame-%s-%d-", comm, target__pids(target, &count)[0]);
	if (!g_str_has_prefix(name, start))
		fail_msg("%s does not begin with %s", name, start);
	assert_true(g_str_has_suffix(name, "Z.db"));
	assert_null(strchr(name, '/'));
	g_free(start);
	g_free(name);
}

static void file_names_are_harmless(void **state)
{
	static const char *const comms[][2] = {
		{"plain-1.x", "plain-1.x"},
		{"../../etc/x", "_._.._etc_x"},
		{"a\nb c;$(x)", "a_b_c___x_"},
		{".hidden", "_hidden"},
		{"", "_"},
		{"\xc3\xa4\xff\x1b", "____"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(comms); i++) {
		pid_t pid = start_named(comms[i][0]);
		struct target *target;
		char *error = NULL;

		assert_int_equal(target__of_pids(&target, &pid, 1, &error), 0);
		assert_file_name(target, comms[i][1]);
		target__free(target);
		end(pid);
	}
}

static void titles_and_names_of_commands(void **state)
{
	char *const command[] = {"/bin/true", "--flag", "two words", NULL};
	char *const hostile[] = {"/tmp/../-x\n;y", NULL};
	struct target *target;
	char *error = NULL;

	(void)state;
	assert_int_equal(target__of_command(&target, command, &error), 0);
	assert_string_equal(target__title(target), "/bin/true --flag two words");
	assert_file_name(target, "true");
	target__free(target);
	assert_int_equal(target__of_command(&target, hostile, &error), 0);
	assert_file_name(target, "-x__y");
	target__free(target);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk__setup, desk__teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_command_is_held_until_released),
		TEST(a_command_that_is_given_up),
		TEST(a_command_that_cannot_run),
		TEST(processes_that_run),
		TEST(processes_that_do_not),
		TEST(not_itself),
		TEST(file_names_are_harmless),
		TEST(titles_and_names_of_commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
