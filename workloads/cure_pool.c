// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Tasks that are a little work with a file and a fixed wait, as for another service. Before: one
 * thread does them one after the other. After: a pool of threads takes them from a queue.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/cure.h"
#include "workloads/small_files.h"

#define DEFAULT_FILES 64
#define DEFAULT_FILE_SIZE 8192
#define WAIT_NS INT64_C(50000000)
#define CURE_WAIT_NS CURE_OWN

struct cure_pool {
	struct small_files files;
	atomic_int_least64_t taken; /* tasks: the queue */
	int64_t tasks;
};

static int cure_pool__read(struct team_worker *worker, int64_t task, void *buffer)
{
	const struct cure_pool *pool = worker->shared;
	int fd = small_files__open(&pool->files, task % pool->files.count);
	int status;

	if (fd < 0)
		return team_worker__fail(worker, "cannot open a file");
	status = cure__pread(worker, fd, buffer, pool->files.size, 0);
	close(fd);
	/* The open, the close and the wait. */
	worker->extra[CURE_CALLS] += 3;
	return status;
}

/* Whoever is to stop cuts the wait short: false. */
static bool cure_pool__wait(struct team_worker *worker)
{
	int64_t begin = clock__now(), end = begin + WAIT_NS;
	struct timespec until = clock__timespec(end);
	int status;

	do
		status = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
	while (status == EINTR && !team_worker__stopped(worker));
	worker->extra[CURE_WAIT_NS] += clock__now() - begin;
	return !status;
}

static int cure_pool__work(struct team_worker *worker)
{
	struct cure_pool *pool = worker->shared;
	void *buffer = malloc(pool->files.size);
	int status = 0;

	if (!buffer)
		return team_worker__fail(worker, "no memory for a file");
	while (!status && !team_worker__stopped(worker)) {
		int64_t task = atomic_fetch_add(&pool->taken, 1);
		int64_t begin = clock__now();

		if (task >= pool->tasks)
			break;
		status = cure_pool__read(worker, task, buffer);
		if (!status && cure_pool__wait(worker))
			team_worker__count(worker, begin, clock__now());
	}
	free(buffer);
	return status;
}

static int cure_pool__measure(struct cure_pool *pool, struct workload_run *run, char **error)
{
	struct team_totals totals = {0};
	struct team_plan plan;
	int status;

	if (run->options.way == WAY_BEFORE)
		run->options.threads = 1;
	plan = workload_run__plan(run, cure_pool__work, pool);
	/* Not shared out beforehand: who is ready takes the next. */
	plan.operations = TEAM_UNLIMITED;
	status = cure__run(run, &plan, &totals, error);
	if (status)
		return status;
	workload_run__add_int(run, "wait_ns", totals.extra[CURE_WAIT_NS]);
	workload_run__add_double(run, "tasks_per_second",
				 (double)totals.operations * NS_PER_S / (double)totals.elapsed_ns);
	return 0;
}

int cure_pool__run(struct workload_run *run, char **error)
{
	const struct workload_options *options = &run->options;
	struct cure_pool pool = {
		.files.count = options->files ? options->files : DEFAULT_FILES,
		.files.size = options->file_size ? (size_t)options->file_size : DEFAULT_FILE_SIZE,
		.tasks = options->operations,
	};
	int status = small_files__make(&pool.files, options->dir, run->interrupt_fd, error);

	if (status)
		return status;
	status = cure_pool__measure(&pool, run, error);
	small_files__remove(&pool.files);
	return status;
}
