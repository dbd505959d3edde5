// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A process of about 50 ms that forks short-lived children, as shells and build systems do. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/failure.h"
#include "workloads/interrupt.h"
#include "workloads/workload.h"

#define CHILDREN 20
#define BETWEEN_MS 2
#define BURN_NS 3000000
#define SPINS 10000 /* between two looks at the clock: some 10 us */
#define SLEEP_NS 4000000

/* What a child did, in memory it shares with its parent. */
struct forks_child {
	pid_t pid;
	int64_t burn_ns; /* CPU time */
	int64_t sleep_ns;
};

/* A symbol to be found in stacks. */
int64_t forks_burn(int64_t ns);

__attribute__((noipa)) int64_t forks_burn(int64_t ns)
{
	int64_t begin = clock__read(CLOCK_THREAD_CPUTIME_ID);
	int64_t burnt;

	/* Nearly all of it in this function: one that it calls would hide it from a walk along
	 * frame pointers, if it has no frame of its own. */
	do {
		for (volatile int i = 0; i < SPINS; i++)
			;
		burnt = clock__read(CLOCK_THREAD_CPUTIME_ID) - begin;
	} while (burnt < ns);
	return burnt;
}

static _Noreturn __attribute__((noinline)) void forks__child(struct forks_child *child)
{
	const struct timespec nap = {.tv_nsec = SLEEP_NS};
	int64_t begin;

	child->burn_ns = forks_burn(BURN_NS);
	begin = clock__now();
	clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL);
	child->sleep_ns = clock__now() - begin;
	_exit(EXIT_SUCCESS);
}

/* Forks one child after the other; returns how many there are, or a negative errno. */
static int forks__start(struct forks_child *children, int interrupt_fd)
{
	struct pollfd interrupt = {.fd = interrupt_fd, .events = POLLIN};

	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return -errno;
		if (!pid)
			forks__child(&children[i]);
		/* Only here: a child that wrote its 0 too would hide itself from its parent. */
		children[i].pid = pid;
		if (poll(&interrupt, 1, BETWEEN_MS) > 0)
			return i + 1;
	}
	return CHILDREN;
}

static int forks__wait(const struct forks_child *children)
{
	int failed = 0;

	for (int i = 0; i < CHILDREN && children[i].pid > 0; i++) {
		int status;

		while (waitpid(children[i].pid, &status, 0) < 0)
			if (errno != EINTR)
				return -errno;
		failed += !WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS;
	}
	return failed ? -ECHILD : 0;
}

static int forks__measure(struct forks_child *children, struct workload_run *run, char **error)
{
	struct team_totals totals = {0};
	int64_t burn_ns = 0, sleep_ns = 0;
	int64_t begin = clock__now();
	int count = forks__start(children, run->interrupt_fd);
	int status = forks__wait(children);

	if (count < 0)
		return failure__set(error, -count, "cannot fork");
	if (status)
		return failure__set(error, -status, "a child did not end well");
	for (int i = 0; i < count; i++) {
		burn_ns += children[i].burn_ns;
		sleep_ns += children[i].sleep_ns;
	}
	totals.elapsed_ns = clock__now() - begin;
	totals.operations = count;
	totals.operation_ns = burn_ns + sleep_ns;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "children", count);
	workload_run__add_int(run, "burn_ns", burn_ns);
	workload_run__add_int(run, "sleep_ns", sleep_ns);
	return 0;
}

int forks__run(struct workload_run *run, char **error)
{
	size_t size = CHILDREN * sizeof(struct forks_child);
	struct forks_child *children =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;

	if (children == MAP_FAILED)
		return failure__set(error, errno, "no memory for the children");
	status = forks__measure(children, run, error);
	munmap(children, size);
	return status;
}
