// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A storm of system calls that are over in a moment: small pieces of a file in the page cache. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/crossing.h"
#include "workloads/nameless.h"
#include "workloads/workload.h"

#define DEFAULT_SIZE 64
/* Reads between two looks at the stop flag. One of them is timed: to time each would show. */
#define BATCH 256

struct small_read {
	int fd;
	size_t size;
};

static int small_read__one(struct team_worker *worker, void *buffer)
{
	const struct small_read *small = worker->shared;
	ssize_t n;

	do
		n = pread(small->fd, buffer, small->size, 0);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)small->size)
		return team_worker__fail(worker, "cannot read the file");
	worker->operations++;
	return 0;
}

static int small_read__batch(struct team_worker *worker, void *buffer)
{
	int64_t left = worker->quota - worker->operations;
	int64_t begin = clock__now();
	int status = small_read__one(worker, buffer);

	latency__add(&worker->latency, clock__now() - begin);
	for (int i = 1; i < BATCH && i < left && !status; i++)
		status = small_read__one(worker, buffer);
	return status;
}

static int small_read__work(struct team_worker *worker)
{
	const struct small_read *small = worker->shared;
	void *buffer = malloc(small->size);
	int64_t begin = clock__now();
	int status = 0;

	if (!buffer)
		return team_worker__fail(worker, "no memory to read into");
	while (!status && !team_worker__stopped(worker))
		status = small_read__batch(worker, buffer);
	worker->operation_ns = clock__now() - begin;
	free(buffer);
	return status;
}

int small_read__run(struct workload_run *run, char **error)
{
	const struct workload_options *options = &run->options;
	struct small_read small = {.size = options->size ? (size_t)options->size : DEFAULT_SIZE};
	struct team_totals totals = {0};
	struct team_plan plan;
	int status;

	small.fd = nameless__make(options->dir, small.size, error);
	if (small.fd < 0)
		return small.fd;
	plan = workload_run__plan(run, small_read__work, &small);
	status = team__run(&plan, &totals, error);
	close(small.fd);
	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "size", (int64_t)small.size);
	workload_run__add_int(run, "bytes", totals.operations * (int64_t)small.size);
	workload_run__add_int(run, "crossing_ns", crossing__ns());
	workload_run__add_double(run, "reads_per_second",
				 (double)totals.operations * NS_PER_S / (double)totals.elapsed_ns);
	return 0;
}
