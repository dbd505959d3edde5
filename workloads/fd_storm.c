// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Threads open and close files of one descriptor table: one that is too small and has to grow
 * (fd_rounds.c), or one that has its size, up to the limit of descriptors (fd_steady.c).
 */
#include "workloads/fd_storm.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/crossing.h"
#include "workloads/failure.h"
#include "workloads/limit.h"

static void lower(atomic_int *least, int fd)
{
	int known = atomic_load_explicit(least, memory_order_relaxed);

	while ((known < 0 || fd < known) && !atomic_compare_exchange_weak(least, &known, fd))
		;
}

static void raise_to(atomic_int *most, int fd)
{
	int known = atomic_load_explicit(most, memory_order_relaxed);

	while (fd > known && !atomic_compare_exchange_weak(most, &known, fd))
		;
}

int fd_storm__open(struct team_worker *worker)
{
	struct fd_storm *storm = worker->shared;
	int64_t begin = clock__now(), end;
	int fd = open(storm->path, O_RDONLY | O_CLOEXEC);
	int code = errno;

	end = clock__now();
	team_worker__count(worker, begin, end);
	worker->extra[FD_STORM_OPEN_NS] += end - begin;
	if (fd >= 0) {
		worker->extra[FD_STORM_OPENED]++;
		lower(&storm->lowest_fd, fd);
		raise_to(&storm->highest_fd, fd);
	}
	errno = code;
	return fd;
}

void fd_storm__close(struct team_worker *worker, int fd)
{
	int64_t begin = clock__now(), ns;

	close(fd);
	ns = clock__now() - begin;
	worker->operation_ns += ns;
	worker->extra[FD_STORM_CLOSE_NS] += ns;
}

int fd_storm__occupy(int64_t count, int64_t spare, char **error)
{
	int last = open("/dev/null", O_RDONLY | O_CLOEXEC);

	while (last >= 0 && last < count - 1)
		last = fcntl(last, F_DUPFD_CLOEXEC, 0);
	if (last < 0)
		return failure__set(error, errno, "cannot occupy %lld descriptors",
				    (long long)count);
	for (int64_t i = 0; i < spare; i++)
		close((int)(last - i));
	return 0;
}

/* The largest power of two that --occupy may be where `others` more are needed; 0: none. */
static int64_t highest_occupy(int64_t hard, int64_t others)
{
	int64_t occupy = 64;

	if (occupy + others > hard)
		return 0;
	while (2 * occupy + others <= hard)
		occupy *= 2;
	return occupy;
}

int fd_storm__make_room(const struct fd_storm *storm, int64_t wanted, char **error)
{
	int64_t hard = 0;
	int status = limit__raise(wanted, &hard);

	if (!status)
		return 0;
	return failure__set(error, -status,
			    "%lld descriptors are needed, and the hard limit RLIMIT_NOFILE is "
			    "%lld; raise it (ulimit -Hn as root, or LimitNOFILE= of the service) "
			    "or ask for less with --occupy (here at most %lld) or --files",
			    (long long)wanted, (long long)hard,
			    (long long)highest_occupy(hard, wanted - storm->occupied));
}

int fd_storm__run(struct workload_run *run, char **error)
{
	struct fd_storm storm = {
		.run = run,
		.occupied = run->options.occupy,
		.lowest_fd = -1,
		.highest_fd = -1,
	};
	bool grows = !run->options.steady && !run->options.exhaust;
	int status;

	if (readlink("/proc/self/exe", storm.path, sizeof(storm.path) - 1) < 0)
		return failure__set(error, errno, "cannot read /proc/self/exe");
	status = grows ? fd_rounds__run(&storm, error) : fd_steady__run(&storm, error);
	if (status)
		return status;
	workload_run__add_int(run, "open_ns", storm.totals.extra[FD_STORM_OPEN_NS]);
	workload_run__add_int(run, "close_ns", storm.totals.extra[FD_STORM_CLOSE_NS]);
	workload_run__add_int(run, "opened", storm.totals.extra[FD_STORM_OPENED]);
	workload_run__add_int(run, "emfile", storm.totals.extra[FD_STORM_EMFILE]);
	workload_run__add_int(run, "lowest_fd", storm.lowest_fd);
	workload_run__add_int(run, "highest_fd", storm.highest_fd);
	workload_run__add_int(run, "occupied", storm.occupied);
	workload_run__add_int(run, "crossing_ns", crossing__ns());
	return 0;
}
