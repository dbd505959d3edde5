// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Threads want one mutex, and who has it takes a nap with it in hand. So at any time all threads
 * but one wait in futex(2), and no CPU time competes with their waiting.
 */
#include <pthread.h>
#include <time.h>

#include "workloads/clock.h"
#include "workloads/failure.h"
#include "workloads/workload.h"

#define HOLD_NS 500000
/*
 * Work outside of the lock. Longer than it takes to wake a waiter, so that the mutex, which is not
 * fair, does not stay with one thread.
 */
#define OUTSIDE_NS 50000

enum { EXTRA_HOLD_NS };

static int futex__work(struct team_worker *worker)
{
	const struct timespec hold = {.tv_nsec = HOLD_NS};
	pthread_mutex_t *mutex = worker->shared;

	while (!team_worker__stopped(worker)) {
		int64_t want = clock__now();
		int64_t have, done;

		pthread_mutex_lock(mutex);
		have = clock__now();
		clock_nanosleep(CLOCK_MONOTONIC, 0, &hold, NULL);
		done = clock__now();
		pthread_mutex_unlock(mutex);
		team_worker__count(worker, want, have);
		worker->extra[EXTRA_HOLD_NS] += done - have;
		while (clock__now() - done < OUTSIDE_NS)
			;
	}
	return 0;
}

int futex__run(struct workload_run *run, char **error)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	struct team_plan plan = workload_run__plan(run, futex__work, &mutex);
	struct team_totals totals = {0};
	int status = team__run(&plan, &totals, error);

	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "hold_ns", totals.extra[EXTRA_HOLD_NS]);
	return 0;
}
