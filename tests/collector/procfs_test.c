// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* On this process and on children that sleep in known places. */
#include "desk.h"

#include "collector/procfs.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void this_process(void **state)
{
	struct procfs_process process = {0};

	(void)state;
	assert_int_equal(procfs__process(getpid(), &process), 0);
	assert_int_equal(process.parent, getppid());
	assert_int_equal(process.uid, getuid());
	assert_non_null(process.exe);
	assert_int_equal(process.exe[0], '/');
	free(process.exe);
}

static void no_process(void **state)
{
	struct procfs_process process = {0};
	struct procfs_sleep sleep;
	struct store_oracle books;
	char comm[PROCFS_COMM];

	(void)state;
	assert_int_equal(procfs__process(0x7fffffff, &process), -ESRCH);
	assert_int_equal(procfs__process(0, &process), -ESRCH);
	assert_int_equal(procfs__process(-5, &process), -ESRCH);
	assert_true(procfs__comm(0x7fffffff, 0x7fffffff, comm) < 0);
	assert_true(procfs__state(0x7fffffff, 0x7fffffff) < 0);
	assert_true(procfs__sleep(0x7fffffff, 0x7fffffff, &sleep) < 0);
	procfs__books(0x7fffffff, 0x7fffffff, &books);
	assert_int_equal(books.run_ns, -1);
	assert_int_equal(books.voluntary, -1);
	assert_int_equal(books.device_write_bytes, -1);
	assert_true(procfs__run_delay(0x7fffffff, 0x7fffffff) < 0);
}

/* Lets a thread sleep in `call` until it is told to go on. */
struct sleeper {
	pthread_t thread;
	pid_t tid;
	uint32_t word;
	bool in_futex;
	const char *comm;
};

static void wake(int signal)
{
	(void)signal;
}

static void *sleep_there(void *data)
{
	struct sleeper *sleeper = data;

	prctl(PR_SET_NAME, sleeper->comm);
	__atomic_store_n(&sleeper->tid, gettid(), __ATOMIC_RELEASE);
	if (sleeper->in_futex)
		syscall(SYS_futex, &sleeper->word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
	else
		pause();
	return NULL;
}

static struct procfs_sleep sleep_of(struct sleeper *sleeper)
{
	struct procfs_sleep sleep = {0};
	long call = sleeper->in_futex ? SYS_futex : SYS_pause;

	assert_int_equal(pthread_create(&sleeper->thread, NULL, sleep_there, sleeper), 0);
	for (int i = 0; i < 2000 && !(sleep.state == 'S' && sleep.syscall == call); i++) {
		pid_t tid = __atomic_load_n(&sleeper->tid, __ATOMIC_ACQUIRE);

		if (tid)
			assert_int_equal(procfs__sleep(getpid(), tid, &sleep), 0);
		g_usleep(1000);
	}
	return sleep;
}

static void end_sleeper(struct sleeper *sleeper)
{
	if (sleeper->in_futex)
		syscall(SYS_futex, &sleeper->word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	else
		pthread_kill(sleeper->thread, SIGUSR1);
	pthread_join(sleeper->thread, NULL);
}

static void a_thread_in_futex(void **state)
{
	struct sleeper sleeper = {.in_futex = true, .comm = "in futex"};
	struct procfs_sleep sleep = sleep_of(&sleeper);

	(void)state;
	assert_int_equal(sleep.state, 'S');
	assert_true(sleep.in_syscall);
	assert_int_equal(sleep.syscall, SYS_futex);
	assert_int_equal(sleep.args[0], (uintptr_t)&sleeper.word);
	assert_int_equal(sleep.args[1], FUTEX_WAIT_PRIVATE);
	assert_int_not_equal(sleep.pc, 0);
	end_sleeper(&sleeper);
}

static void a_thread_in_pause(void **state)
{
	struct sigaction action = {.sa_handler = wake};
	struct sleeper sleeper = {.comm = "in pause"};
	struct procfs_sleep sleep;

	(void)state;
	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	sleep = sleep_of(&sleeper);
	assert_int_equal(sleep.state, 'S');
	assert_true(sleep.in_syscall);
	assert_int_equal(sleep.syscall, SYS_pause);
	end_sleeper(&sleeper);
}

/* A name that tries to look like the rest of /proc/PID/stat. */
static void a_hostile_name(void **state)
{
	struct sleeper sleeper = {.in_futex = true, .comm = ") R (\nS) Z 1"};
	struct procfs_sleep sleep = sleep_of(&sleeper);
	char comm[PROCFS_COMM];

	(void)state;
	assert_int_equal(sleep.state, 'S');
	assert_int_equal(procfs__state(getpid(), sleeper.tid), 'S');
	assert_int_equal(procfs__comm(getpid(), sleeper.tid, comm), 0);
	assert_string_equal(comm, ") R (\nS) Z 1");
	end_sleeper(&sleeper);
}

/* The process's own name may not be taken for fields of its status. */
static void a_name_like_a_field(void **state)
{
	struct procfs_process process = {0};
	char before[16];

	(void)state;
	prctl(PR_GET_NAME, before);
	prctl(PR_SET_NAME, "x\nUid:\t4242");
	assert_int_equal(procfs__process(getpid(), &process), 0);
	assert_int_equal(process.uid, getuid());
	assert_string_equal(process.comm, "x\nUid:\t4242");
	free(process.exe);
	prctl(PR_SET_NAME, before);
}

struct listed {
	pid_t wanted;
	bool seen;
	int count;
};

static int list(void *ctx, pid_t tid)
{
	struct listed *listed = ctx;

	listed->count++;
	listed->seen |= tid == listed->wanted;
	return 0;
}

static int stop_at_once(void *ctx, pid_t tid)
{
	(void)ctx;
	(void)tid;
	return 17;
}

static void threads_are_listed(void **state)
{
	struct sleeper sleeper = {.in_futex = true, .comm = "listed"};
	struct listed listed = {0};
	struct procfs_process process;

	(void)state;
	sleep_of(&sleeper);
	listed.wanted = sleeper.tid;
	assert_int_equal(procfs__each_thread(getpid(), list, &listed), 0);
	assert_true(listed.seen);
	assert_true(listed.count >= 2);
	assert_int_equal(procfs__each_thread(getpid(), stop_at_once, NULL), 17);
	assert_int_equal(procfs__each_thread(0x7fffffff, list, &listed), -ESRCH);
	/* A thread is no process. */
	assert_int_equal(procfs__process(sleeper.tid, &process), -ESRCH);
	end_sleeper(&sleeper);
}

static int find_own_text(void *ctx, const struct procfs_mapping *mapping)
{
	uintptr_t address = (uintptr_t)find_own_text;
	bool *found = ctx;

	assert_true(mapping->start < mapping->end);
	if (address >= mapping->start && address < mapping->end) {
		assert_int_equal(mapping->path[0], '/');
		assert_int_not_equal(mapping->inode, 0);
		assert_null(strchr(mapping->path, '\n'));
		*found = true;
	}
	return 0;
}

static void own_text_is_mapped(void **state)
{
	bool found = false;

	(void)state;
	assert_int_equal(procfs__each_mapping(getpid(), getpid(), find_own_text, &found), 0);
	assert_true(found);
	assert_int_equal(procfs__each_mapping(0x7fffffff, 0x7fffffff, find_own_text, &found),
			 -ESRCH);
}

static void own_books(void **state)
{
	struct store_oracle before, after;
	char bytes[100];
	FILE *zero = fopen("/dev/zero", "re");

	(void)state;
	assert_non_null(zero);
	setvbuf(zero, NULL, _IONBF, 0);
	procfs__books(getpid(), gettid(), &before);
	assert_true(before.run_ns > 0);
	assert_true(before.runqueue_ns >= 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(fread(bytes, 1, sizeof(bytes), zero), sizeof(bytes));
	g_usleep(3000);
	procfs__books(getpid(), gettid(), &after);
	fclose(zero);
	assert_true(after.run_ns >= before.run_ns);
	assert_true(after.voluntary > before.voluntary);
}

static void a_dead_process(void **state)
{
	struct procfs_sleep sleep;
	pid_t pid = fork();
	siginfo_t info;

	(void)state;
	if (!pid)
		_exit(0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(procfs__sleep(pid, pid, &sleep), 0);
	assert_int_equal(sleep.state, 'Z');
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_process),	      cmocka_unit_test(no_process),
		cmocka_unit_test(a_thread_in_futex),  cmocka_unit_test(a_thread_in_pause),
		cmocka_unit_test(a_hostile_name),     cmocka_unit_test(a_name_like_a_field),
		cmocka_unit_test(threads_are_listed), cmocka_unit_test(own_text_is_mapped),
		cmocka_unit_test(own_books),	      cmocka_unit_test(a_dead_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
