// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A large file that is not in memory, from its beginning to its end, in steps of 4 KiB. Before:
 * with POSIX_FADV_RANDOM, so that each step waits for the device. After: with
 * POSIX_FADV_SEQUENTIAL, and each window of the file announced (POSIX_FADV_WILLNEED) while the one
 * before it is read.
 */
#include <errno.h>
#include <fcntl.h>

#include "workloads/big_files.h"
#include "workloads/clock.h"
#include "workloads/cure.h"
#include "workloads/pass.h"

#define STEP 4096
#define WINDOW (1 << 20)
#define CURE_ADVICE_CALLS CURE_OWN

struct cure_readahead {
	struct big_files files;
	const struct workload_options *options;
};

/* The advice may read what the device has not: it is a part of the operation. */
static void announce(struct team_worker *worker, int fd, off_t offset, off_t length)
{
	posix_fadvise(fd, offset, length, POSIX_FADV_WILLNEED);
	worker->extra[CURE_ADVICE_CALLS]++;
	worker->extra[CURE_CALLS]++;
}

static int cure_readahead__one(struct team_worker *worker, struct pass *pass, char *buffer)
{
	const struct cure_readahead *readahead = worker->shared;
	off_t offset = pass__next(pass);
	int64_t begin = clock__now();
	int status;

	if (readahead->options->way == WAY_AFTER && offset % WINDOW == 0) {
		if (!offset)
			announce(worker, pass->fd, 0, WINDOW);
		announce(worker, pass->fd, offset + WINDOW, WINDOW);
	}
	status = cure__pread(worker, pass->fd, buffer, STEP, offset);
	if (!status)
		team_worker__count(worker, begin, clock__now());
	return status;
}

static int cure_readahead__work(struct team_worker *worker)
{
	const struct cure_readahead *readahead = worker->shared;
	struct pass pass =
		pass__new(readahead->files.fds[worker->index], readahead->files.size, STEP, true);
	char buffer[STEP];
	int status = 0;

	errno = posix_fadvise(pass.fd, 0, 0,
			      readahead->options->way == WAY_BEFORE ? POSIX_FADV_RANDOM
								    : POSIX_FADV_SEQUENTIAL);
	if (errno)
		return team_worker__fail(worker, "cannot advise on a file");
	while (!status && !team_worker__stopped(worker)) {
		status = cure__next_pass(worker, &pass);
		if (!status)
			status = cure_readahead__one(worker, &pass, buffer);
	}
	return status;
}

int cure_readahead__run(struct workload_run *run, char **error)
{
	struct cure_readahead readahead = {.options = &run->options};
	struct team_totals totals = {0};
	struct team_plan plan;
	int status = big_files__make(&readahead.files, run, STEP, true, error);

	if (status)
		return status;
	plan = workload_run__plan(run, cure_readahead__work, &readahead);
	status = cure__run(run, &plan, &totals, error);
	big_files__close(&readahead.files);
	if (status)
		return status;
	workload_run__add_int(run, "advice_calls", totals.extra[CURE_ADVICE_CALLS]);
	return 0;
}
