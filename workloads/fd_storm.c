// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Threads open and close files of one shared descriptor table that is too small for them.
 *
 * Once a table has its size, the bitmap, the file object and the table's lock are a quarter of an
 * open and close on a current kernel; the path walk is more. What stops a service is the growth:
 * expand_fdtable() (fs/file.c) doubles the table and, when threads share it, waits for an RCU
 * grace period, and whoever opens a file in the meantime waits with it.
 *
 * A table never shrinks. So each round has a new one: its leader, a thread that still shares
 * the table of the main thread, leaves it (unshare makes a copy only as large as needed) and
 * starts the team, which shares the leader's. The main thread's own table never grows.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/failure.h"
#include "workloads/interrupt.h"
#include "workloads/proc_number.h"
#include "workloads/workload.h"

/*
 * Files a round opens: enough to double a new table (of 64 or 256 slots) five times or more, or an
 * occupied one once.
 */
#define DEFAULT_FILES 8000
#define DEFAULT_FILES_OCCUPIED 512
/* Descriptors below the occupied ones that must stay free: the events of two teams. */
#define SPARE 4
/* What the program has open besides: standard streams, the signals, the look into /proc. */
#define OTHERS 16

enum { EXTRA_OPEN_NS, EXTRA_CLOSE_NS };

struct fd_storm {
	struct workload_run *run;
	char path[PATH_MAX]; /* of the file that is opened */
	int64_t occupied;
	int64_t files; /* a round opens, all threads together */
	int64_t deadline_ns;
	/* Of the leader of the round, read when it has ended: */
	struct team_totals totals;
	int64_t rounds;
	int64_t grown;
	char *error;
	int status;
};

static int fd_storm__open(struct team_worker *worker, int *fds, int64_t quota, int64_t *opened)
{
	const struct fd_storm *storm = worker->shared;

	for (; *opened < quota && !team_worker__stopped(worker); ++*opened) {
		fds[*opened] = open(storm->path, O_RDONLY | O_CLOEXEC);
		if (fds[*opened] < 0)
			return team_worker__fail(worker, "cannot open a file");
	}
	return 0;
}

static int fd_storm__work(struct team_worker *worker)
{
	const struct fd_storm *storm = worker->shared;
	int64_t quota = storm->files / storm->run->options.threads + 1;
	int *fds = calloc((size_t)quota, sizeof(*fds));
	int64_t begin, opened, closed, count = 0;
	int status;

	if (!fds)
		return team_worker__fail(worker, "no memory for the descriptors");
	begin = clock__now();
	status = fd_storm__open(worker, fds, quota, &count);
	opened = clock__now();
	for (int64_t i = 0; i < count; i++)
		close(fds[i]);
	closed = clock__now();
	free(fds);
	worker->operations = count;
	worker->operation_ns = closed - begin;
	worker->extra[EXTRA_OPEN_NS] = opened - begin;
	worker->extra[EXTRA_CLOSE_NS] = closed - opened;
	return status;
}

/* How often the table has doubled since it had `slots` slots. */
static int64_t fd_storm__doublings(int64_t slots)
{
	int64_t now = proc_number__read("thread-self/status", "FDSize");
	int64_t doublings = 0;

	for (; slots > 0 && slots < now; slots *= 2)
		doublings++;
	return doublings;
}

/* One round. Its thread ends with it, and so does its table. */
static int fd_storm__lead(struct team_worker *worker)
{
	struct fd_storm *storm = worker->shared;
	struct team_plan plan = workload_run__plan(storm->run, fd_storm__work, storm);
	int64_t slots;

	if (unshare(CLONE_FILES))
		return team_worker__fail(worker, "cannot leave the descriptor table");
	slots = proc_number__read("thread-self/status", "FDSize");
	plan.deadline_ns = storm->deadline_ns;
	storm->status = team__run(&plan, &storm->totals, &storm->error);
	storm->grown += fd_storm__doublings(slots);
	storm->rounds++;
	return 0;
}

static int fd_storm__rounds(struct fd_storm *storm, char **error)
{
	struct team_plan plan = workload_run__plan(storm->run, fd_storm__lead, storm);
	struct team_totals leaders = {0};
	int status = 0;

	plan.name = "fd-table";
	plan.threads = 1;
	storm->deadline_ns = plan.deadline_ns;
	while (!status && clock__now() < storm->deadline_ns &&
	       !interrupt__pending(storm->run->interrupt_fd)) {
		status = team__run(&plan, &leaders, error);
		if (!status && storm->status) {
			*error = storm->error;
			status = storm->status;
		}
	}
	storm->totals.elapsed_ns = leaders.elapsed_ns;
	return status;
}

/* Makes room for `wanted` descriptors, beyond the hard limit where that is permitted. */
static int fd_storm__raise_limit(int64_t wanted, char **error)
{
	struct rlimit limit;
	rlim_t hard;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return failure__set(error, errno, "cannot read the limit of open files");
	if (limit.rlim_cur >= (rlim_t)wanted)
		return 0;
	hard = limit.rlim_max;
	limit.rlim_cur = (rlim_t)wanted;
	if (limit.rlim_max < (rlim_t)wanted)
		limit.rlim_max = (rlim_t)wanted;
	if (!setrlimit(RLIMIT_NOFILE, &limit))
		return 0;
	return failure__set(error, errno,
			    "%lld descriptors are needed, and the hard limit RLIMIT_NOFILE is "
			    "%llu; raise it (ulimit -Hn as root, or LimitNOFILE= of the service) "
			    "or ask for less with --occupy or --files",
			    (long long)wanted, (unsigned long long)hard);
}

/* Opens descriptors until all below `count` are taken, but for the spare ones. */
static int fd_storm__occupy(int64_t count, char **error)
{
	int last = open("/dev/null", O_RDONLY | O_CLOEXEC);

	while (last >= 0 && last < count - 1)
		last = fcntl(last, F_DUPFD_CLOEXEC, 0);
	if (last < 0)
		return failure__set(error, errno, "cannot occupy %lld descriptors",
				    (long long)count);
	for (int i = 0; i < SPARE; i++)
		close(last - i);
	return 0;
}

static int fd_storm__prepare(struct fd_storm *storm, char **error)
{
	const struct workload_options *options = &storm->run->options;
	ssize_t length = readlink("/proc/self/exe", storm->path, sizeof(storm->path) - 1);
	int status;

	if (length < 0)
		return failure__set(error, errno, "cannot read /proc/self/exe");
	storm->occupied = options->occupy;
	storm->files = options->files	 ? options->files
		       : options->occupy ? DEFAULT_FILES_OCCUPIED
					 : DEFAULT_FILES;
	status = fd_storm__raise_limit(storm->occupied + storm->files + options->threads + OTHERS,
				       error);
	if (!status && storm->occupied)
		status = fd_storm__occupy(storm->occupied, error);
	return status;
}

int fd_storm__run(struct workload_run *run, char **error)
{
	struct fd_storm storm = {.run = run};
	int status = fd_storm__prepare(&storm, error);

	if (!status)
		status = fd_storm__rounds(&storm, error);
	if (status)
		return status;
	workload_run__report(run, &storm.totals);
	workload_run__add_int(run, "helper_threads", 1);
	workload_run__add_int(run, "open_ns", storm.totals.extra[EXTRA_OPEN_NS]);
	workload_run__add_int(run, "close_ns", storm.totals.extra[EXTRA_CLOSE_NS]);
	workload_run__add_int(run, "occupied", storm.occupied);
	workload_run__add_int(run, "rounds", storm.rounds);
	workload_run__add_int(run, "table_doublings", storm.grown);
	return 0;
}
