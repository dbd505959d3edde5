// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * All threads look up one deep path and fight for the references of the directories on it.
 *
 * An ordinary path walk hardly does that any more: it goes by RCU and takes a reference at its end
 * only (Documentation/filesystems/path-lookup.rst, "RCU-walk"). Measured on Linux 6.18 with two
 * CPUs, two threads with stat(2) on one path spend 3 % of their CPU time in lockref_get_not_dead()
 * and dput(), whether the path is opened, opened with O_PATH or looked at. A walk that cannot go by
 * RCU takes a reference and the spin lock of every directory on its way (__d_lookup and dput,
 * fs/dcache.c): then it is 17 %. What throws a walk out of RCU is a link that only the file system
 * can follow, such as those in /proc/PID/fd (proc_pid_get_link, fs/proc/base.c), so the path
 * begins with one. For comparison the main thread looks up the path alone, with and without it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "workloads/clock.h"
#include "workloads/failure.h"
#include "workloads/scratch.h"
#include "workloads/workload.h"

/* With more directories each is fought for less: the walk spreads over them. */
#define DEPTH 8
#define STEP "d/"
#define STEP_LENGTH (sizeof(STEP) - 1)
#define FILE_NAME "file"
/* Look-ups of the main thread alone. */
#define ALONE 2000

enum { EXTRA_CPU_NS };

struct dput {
	struct scratch scratch;
	char below[DEPTH * sizeof(STEP) +
		   sizeof(FILE_NAME)]; /* the path from the scratch directory */
	char link[64 + DEPTH * sizeof(STEP) + sizeof(FILE_NAME)]; /* the path through the link */
};

static int dput__work(struct team_worker *worker)
{
	const struct dput *dput = worker->shared;
	int64_t cpu = clock__read(CLOCK_THREAD_CPUTIME_ID);
	struct stat status;

	while (!team_worker__stopped(worker)) {
		int64_t begin = clock__now();

		if (stat(dput->link, &status))
			return team_worker__fail(worker, "cannot look up a file");
		team_worker__count(worker, begin, clock__now());
	}
	worker->extra[EXTRA_CPU_NS] = clock__read(CLOCK_THREAD_CPUTIME_ID) - cpu;
	return 0;
}

/* CPU time a look-up, in the mean, with nobody else about, in ns; -1: it failed. */
static int64_t dput__alone(int dir, const char *path)
{
	int64_t begin = clock__read(CLOCK_THREAD_CPUTIME_ID);
	struct stat status;

	for (int i = 0; i < ALONE; i++)
		if (fstatat(dir, path, &status, 0))
			return -1;
	return (clock__read(CLOCK_THREAD_CPUTIME_ID) - begin) / ALONE;
}

/* Makes the directories, one in the other, and the file in the last. */
static int dput__make(struct dput *dput, char **error)
{
	int dir = dput->scratch.fd;

	for (int i = 0; i < DEPTH; i++) {
		memcpy(dput->below + i * STEP_LENGTH, STEP, sizeof(STEP));
		if (mkdirat(dir, dput->below, 0700))
			return failure__set(error, errno, "cannot make a directory in '%s'",
					    dput->scratch.path);
	}
	memcpy(dput->below + DEPTH * STEP_LENGTH, FILE_NAME, sizeof(FILE_NAME));
	snprintf(dput->link, sizeof(dput->link), "/proc/self/fd/%d/%s", dir, dput->below);
	if (mknodat(dir, dput->below, S_IFREG | 0600, 0))
		return failure__set(error, errno, "cannot make a file in '%s'", dput->scratch.path);
	return 0;
}

static int dput__measure(struct dput *dput, struct workload_run *run, char **error)
{
	int64_t by_rcu, by_reference;
	struct team_totals totals = {0};
	struct team_plan plan;
	int status = dput__make(dput, error);

	if (status)
		return status;
	by_rcu = dput__alone(dput->scratch.fd, dput->below);
	by_reference = dput__alone(AT_FDCWD, dput->link);
	plan = workload_run__plan(run, dput__work, dput);
	status = team__run(&plan, &totals, error);
	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "depth", DEPTH);
	workload_run__add_int(run, "cpu_ns", totals.extra[EXTRA_CPU_NS]);
	workload_run__add_int(run, "alone_by_rcu_ns", by_rcu);
	workload_run__add_int(run, "alone_by_reference_ns", by_reference);
	return 0;
}

int dput__run(struct workload_run *run, char **error)
{
	struct dput dput = {0};
	int status = scratch__open(&dput.scratch, run->options.dir, error);

	if (status)
		return status;
	status = dput__measure(&dput, run, error);
	scratch__close(&dput.scratch);
	return status;
}
