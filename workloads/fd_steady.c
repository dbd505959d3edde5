// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Threads open and close files of a descriptor table that has its size: one file at a time
 * (--steady), or so many that there are no descriptors left (--exhaust).
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "workloads/failure.h"
#include "workloads/fd_storm.h"
#include "workloads/limit.h"

/* What the program has open besides: standard streams, the signals, the events of the team. */
#define OTHERS 16
/* Descriptors that are free when threads begin to use them up. */
#define EXHAUST_SLOTS 256

static int64_t fd_steady__own(const struct workload_options *options)
{
	/* A descriptor for each thread's books (team.c). */
	return OTHERS + options->threads;
}

/* Gives the table of the calling thread its size: one never shrinks (fs/file.c). */
static int fd_steady__grow(const struct fd_storm *storm)
{
	int64_t top = storm->occupied + fd_steady__own(&storm->run->options) + storm->slots - 1;
	int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, (int)top);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static int fd_steady__leave_table(struct team_worker *worker)
{
	if (unshare(CLONE_FILES))
		return team_worker__fail(worker, "cannot leave the descriptor table");
	/* The copy is only as large as what is open in it. */
	return fd_steady__grow(worker->shared) ? team_worker__fail(worker, "cannot grow a table")
					       : 0;
}

static int fd_steady__one(struct team_worker *worker)
{
	int fd = fd_storm__open(worker);

	if (fd < 0)
		return team_worker__fail(worker, "cannot open a file");
	fd_storm__close(worker, fd);
	return 0;
}

/* Opens until there is no descriptor left; then gives back one, if it has any, and tries again. */
static int fd_steady__use_up(struct team_worker *worker, int *held, int64_t *count)
{
	int fd = fd_storm__open(worker);

	if (fd >= 0) {
		held[(*count)++] = fd;
		return 0;
	}
	if (errno != EMFILE)
		return team_worker__fail(worker, "cannot open a file");
	worker->extra[FD_STORM_EMFILE]++;
	if (*count)
		fd_storm__close(worker, held[--*count]);
	return 0;
}

static int fd_steady__exhaust(struct team_worker *worker)
{
	const struct fd_storm *storm = worker->shared;
	/* The program's own may turn out fewer than was thought. */
	int64_t room = storm->slots + fd_steady__own(&storm->run->options);
	int *held = calloc((size_t)room, sizeof(*held));
	int64_t count = 0;
	int status = 0;

	if (!held)
		return team_worker__fail(worker, "no memory for the descriptors");
	while (!status && !team_worker__stopped(worker))
		status = fd_steady__use_up(worker, held, &count);
	while (count)
		fd_storm__close(worker, held[--count]);
	free(held);
	return status;
}

static int fd_steady__work(struct team_worker *worker)
{
	const struct fd_storm *storm = worker->shared;
	const struct workload_options *options = &storm->run->options;
	int status = options->table == TABLE_OWN ? fd_steady__leave_table(worker) : 0;

	if (!status && options->exhaust)
		return fd_steady__exhaust(worker);
	while (!status && !team_worker__stopped(worker))
		status = fd_steady__one(worker);
	return status;
}

/* All below the occupied number is taken: what threads open is above it, or as low as can be. */
static int fd_steady__prepare(struct fd_storm *storm, char **error)
{
	const struct workload_options *options = &storm->run->options;
	int status;

	storm->slots = options->threads;
	status = fd_storm__make_room(
		storm, storm->occupied + fd_steady__own(options) + storm->slots, error);
	if (!status && storm->occupied)
		status = fd_storm__occupy(storm->occupied, 0, error);
	if (!status && (status = fd_steady__grow(storm)))
		failure__set(error, -status, "cannot grow the descriptor table");
	return status;
}

/* The limit is the one that the program was started with, or what is to be occupied. */
static int fd_steady__prepare_exhaust(struct fd_storm *storm, int64_t *limit, char **error)
{
	const struct workload_options *options = &storm->run->options;
	int64_t own = fd_steady__own(options);
	int status;

	*limit = options->occupy ? options->occupy : storm->run->max_files;
	storm->occupied = *limit;
	storm->slots = EXHAUST_SLOTS;
	if (*limit < own + EXHAUST_SLOTS)
		return failure__set(error, EINVAL,
				    "%lld threads need a limit of %lld descriptors, and it is "
				    "%lld; raise it (ulimit -n) or give it with --occupy",
				    (long long)options->threads, (long long)own + EXHAUST_SLOTS,
				    (long long)*limit);
	status = fd_storm__make_room(storm, *limit, error);
	if (status)
		return status;
	storm->occupied = *limit - own - EXHAUST_SLOTS;
	if (storm->occupied > OTHERS)
		status = fd_storm__occupy(storm->occupied, 0, error);
	if (!status && (status = fd_steady__grow(storm)))
		return failure__set(error, -status, "cannot grow the descriptor table");
	if (!status && (status = limit__lower(*limit)))
		return failure__set(error, -status, "cannot set RLIMIT_NOFILE");
	return status;
}

int fd_steady__run(struct fd_storm *storm, char **error)
{
	static const char *const tables[] = {[TABLE_SHARED] = "shared", [TABLE_OWN] = "own"};
	struct workload_run *run = storm->run;
	struct team_plan plan;
	int64_t limit = 0;
	int status = run->options.exhaust ? fd_steady__prepare_exhaust(storm, &limit, error)
					  : fd_steady__prepare(storm, error);

	if (status)
		return status;
	plan = workload_run__plan(run, fd_steady__work, storm);
	status = team__run(&plan, &storm->totals, error);
	if (status)
		return status;
	workload_run__report(run, &storm->totals);
	workload_run__add_text(run, "table", tables[run->options.table]);
	if (run->options.exhaust)
		workload_run__add_int(run, "limit", limit);
	return 0;
}
