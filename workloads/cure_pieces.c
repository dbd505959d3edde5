// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * 64 KiB of a large file at a time. Before: in sixteen read calls of 4 KiB. After: in one pread of
 * all of it, which crosses into the kernel once.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "workloads/big_files.h"
#include "workloads/clock.h"
#include "workloads/cure.h"
#include "workloads/pass.h"

#define PIECE 65536
#define STEP 4096

struct cure_pieces {
	struct big_files files;
	const struct workload_options *options;
};

static int read_in_steps(struct team_worker *worker, int fd, char *buffer)
{
	for (size_t done = 0; done < PIECE; done += STEP) {
		ssize_t n = read(fd, buffer + done, STEP);

		worker->extra[CURE_READ_CALLS]++;
		worker->extra[CURE_CALLS]++;
		if (n != STEP) {
			errno = n < 0 ? errno : EIO;
			return team_worker__fail(worker, "cannot read a file");
		}
		worker->extra[CURE_BYTES] += n;
	}
	return 0;
}

static int cure_pieces__one(struct team_worker *worker, struct pass *pass, char *buffer)
{
	const struct cure_pieces *pieces = worker->shared;
	off_t offset = pass__next(pass);
	int64_t begin = clock__now();
	int status = pieces->options->way == WAY_BEFORE
			     ? read_in_steps(worker, pass->fd, buffer)
			     : cure__pread(worker, pass->fd, buffer, PIECE, offset);

	if (!status)
		team_worker__count(worker, begin, clock__now());
	return status;
}

static int cure_pieces__work(struct team_worker *worker)
{
	const struct cure_pieces *pieces = worker->shared;
	struct pass pass = pass__new(pieces->files.fds[worker->index], pieces->files.size, PIECE,
				     pieces->options->cold);
	char *buffer = malloc(PIECE);
	int status = 0;

	if (!buffer)
		return team_worker__fail(worker, "no memory to read into");
	while (!status && !team_worker__stopped(worker)) {
		status = cure__next_pass(worker, &pass);
		if (!status)
			status = cure_pieces__one(worker, &pass, buffer);
	}
	free(buffer);
	return status;
}

int cure_pieces__run(struct workload_run *run, char **error)
{
	struct cure_pieces pieces = {.options = &run->options};
	struct team_totals totals = {0};
	struct team_plan plan;
	int status = big_files__make(&pieces.files, run, PIECE, run->options.cold, error);

	if (status)
		return status;
	plan = workload_run__plan(run, cure_pieces__work, &pieces);
	status = cure__run(run, &plan, &totals, error);
	big_files__close(&pieces.files);
	return status;
}
