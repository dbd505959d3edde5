// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Pages of a large file that is not in memory, by chance. Before: one pread after the other, each
 * waits for the device. After: many at a time through io_uring (uring_reads.c).
 */
#include "workloads/cure_uring.h"

#include <errno.h>
#include <fcntl.h>

#include "workloads/clock.h"
#include "workloads/cure.h"

static int read_one_by_one(struct team_worker *worker, struct pass *pass)
{
	char buffer[URING_STEP];
	int status = 0;

	while (!status && !team_worker__stopped(worker)) {
		int64_t begin;

		status = cure__next_pass(worker, pass);
		if (status)
			break;
		begin = clock__now();
		status = cure__pread(worker, pass->fd, buffer, sizeof(buffer), pass__next(pass));
		if (!status)
			team_worker__count(worker, begin, clock__now());
	}
	return status;
}

static int cure_uring__work(struct team_worker *worker)
{
	const struct cure_uring *uring = worker->shared;
	struct pass pass =
		pass__new(uring->files.fds[worker->index], uring->files.size, URING_STEP, true);
	int status;

	/* Whoever reads by chance wants this page alone, not what the kernel thinks comes next. */
	errno = posix_fadvise(pass.fd, 0, 0, POSIX_FADV_RANDOM);
	if (errno)
		return team_worker__fail(worker, "cannot advise on a file");
	errno = -pass__shuffle(&pass, uring->options->seed + worker->index);
	if (errno)
		return team_worker__fail(worker, "no memory for the order of a file");
	if (uring->options->way == WAY_BEFORE)
		status = read_one_by_one(worker, &pass);
	else
		status = uring_reads__run(worker, &pass);
	pass__free(&pass);
	return status;
}

int cure_uring__run(struct workload_run *run, char **error)
{
	struct cure_uring uring = {.options = &run->options};
	struct team_totals totals = {0};
	struct team_plan plan;
	int status = run->options.way == WAY_AFTER ? uring_reads__probe(error) : 0;

	if (!status)
		status = big_files__make(&uring.files, run, URING_STEP, true, error);
	if (status)
		return status;
	plan = workload_run__plan(run, cure_uring__work, &uring);
	status = cure__run(run, &plan, &totals, error);
	big_files__close(&uring.files);
	return status;
}
