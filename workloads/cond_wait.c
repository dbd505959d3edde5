// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Workers park on a condition variable; a producer brings one piece of work now and then. They wait
 * in futex(2) as for a lock, but for work: idle time, no contention.
 */
#include <pthread.h>
#include <time.h>

#include "workloads/clock.h"
#include "workloads/workload.h"

#define PAUSE_NS 2000000

enum { EXTRA_PRODUCED };

struct queue {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	int64_t waiting; /* pieces of work nobody has taken */
	bool closed;
	int workers; /* the team has one more thread: the producer */
};

/* Takes a piece of work; false: there will be no more. */
static bool queue__take(struct queue *queue)
{
	bool taken = false;

	pthread_mutex_lock(&queue->mutex);
	while (!queue->waiting && !queue->closed)
		pthread_cond_wait(&queue->changed, &queue->mutex);
	if (queue->waiting) {
		queue->waiting--;
		taken = true;
	}
	pthread_mutex_unlock(&queue->mutex);
	return taken;
}

static int cond_wait__consume(struct team_worker *worker)
{
	struct queue *queue = worker->shared;
	bool more = true;

	/* Told to stop in time, it still takes what was brought. */
	while (more && worker->operations < worker->quota) {
		int64_t begin = clock__now(), end;

		more = queue__take(queue);
		end = clock__now();
		if (more)
			team_worker__count(worker, begin, end);
		else
			worker->operation_ns += end - begin;
	}
	return 0;
}

static int cond_wait__produce(struct team_worker *worker)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	struct queue *queue = worker->shared;

	while (!team_worker__stopped(worker)) {
		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
		pthread_mutex_lock(&queue->mutex);
		queue->waiting++;
		pthread_mutex_unlock(&queue->mutex);
		pthread_cond_signal(&queue->changed);
		worker->extra[EXTRA_PRODUCED]++;
	}
	pthread_mutex_lock(&queue->mutex);
	queue->closed = true;
	pthread_mutex_unlock(&queue->mutex);
	pthread_cond_broadcast(&queue->changed);
	return 0;
}

static int cond_wait__work(struct team_worker *worker)
{
	const struct queue *queue = worker->shared;

	return worker->index < queue->workers ? cond_wait__consume(worker)
					      : cond_wait__produce(worker);
}

int cond_wait__run(struct workload_run *run, char **error)
{
	struct queue queue = {
		.mutex = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER,
		.workers = (int)run->options.threads,
	};
	struct team_plan plan = workload_run__plan(run, cond_wait__work, &queue);
	struct team_totals totals = {0};
	int status;

	plan.threads = queue.workers + 1;
	plan.helpers = 1;
	status = team__run(&plan, &totals, error);
	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "helper_threads", 1);
	workload_run__add_int(run, "produced", totals.extra[EXTRA_PRODUCED]);
	return 0;
}
