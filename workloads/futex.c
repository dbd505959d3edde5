// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Threads want one mutex, and who has it takes a nap with it in hand. So at any time all threads
 * but one wait in futex(2), and no CPU time competes with their waiting.
 *
 * The slow holder is a fault to be found: one more thread, which once a second holds the mutex a
 * hundred times as long as the others do by default.
 */
#include <pthread.h>
#include <time.h>

#include "workloads/clock.h"
#include "workloads/workload.h"

#define HOLD_NS 500000
/*
 * Work outside of the lock. Longer than it takes to wake a waiter, so that the mutex, which is not
 * fair, does not stay with one thread.
 */
#define OUTSIDE_NS 50000
#define SLOW_HOLD_NS (50 * INT64_C(1000000))
#define SLOW_PERIOD_NS NS_PER_S
/* The first time: a run of a second has one. */
#define SLOW_FIRST_NS (NS_PER_S / 4)

enum { EXTRA_HOLD_NS, EXTRA_SLOW_HOLDS, EXTRA_SLOW_HOLD_NS, EXTRA_SLOW_MAX_NS, EXTRA_SLOW_WAIT_NS };

struct futex {
	pthread_mutex_t mutex;
	int threads; /* the team has one more where there is a slow holder */
	int64_t hold_ns;
};

struct futex_turn {
	int64_t want, have, done; /* on CLOCK_MONOTONIC */
};

/* A nap with the mutex in hand; only the end of the run makes it shorter. */
static struct futex_turn futex__turn(const struct team_worker *worker, int64_t hold_ns)
{
	const struct timespec hold = clock__timespec(hold_ns);
	struct futex *futex = worker->shared;
	struct futex_turn turn = {.want = clock__now()};

	pthread_mutex_lock(&futex->mutex);
	turn.have = clock__now();
	clock_nanosleep(CLOCK_MONOTONIC, 0, &hold, NULL);
	turn.done = clock__now();
	pthread_mutex_unlock(&futex->mutex);
	return turn;
}

static void futex__contend(struct team_worker *worker)
{
	const struct futex *futex = worker->shared;

	while (!team_worker__stopped(worker)) {
		struct futex_turn turn = futex__turn(worker, futex->hold_ns);

		team_worker__count(worker, turn.want, turn.have);
		worker->extra[EXTRA_HOLD_NS] += turn.done - turn.have;
		while (clock__now() - turn.done < OUTSIDE_NS)
			;
	}
}

static void futex__hold_slowly(struct team_worker *worker)
{
	int64_t *extra = worker->extra;
	int64_t next = clock__now() + SLOW_FIRST_NS;

	for (; !team_worker__stopped(worker); next += SLOW_PERIOD_NS) {
		struct timespec until = clock__timespec(next);
		struct futex_turn turn;

		if (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL))
			return; /* woken to stop */
		turn = futex__turn(worker, SLOW_HOLD_NS);
		extra[EXTRA_SLOW_HOLDS]++;
		extra[EXTRA_SLOW_WAIT_NS] += turn.have - turn.want;
		extra[EXTRA_SLOW_HOLD_NS] += turn.done - turn.have;
		if (turn.done - turn.have > extra[EXTRA_SLOW_MAX_NS])
			extra[EXTRA_SLOW_MAX_NS] = turn.done - turn.have;
	}
}

static int futex__work(struct team_worker *worker)
{
	const struct futex *futex = worker->shared;

	if (worker->index < futex->threads)
		futex__contend(worker);
	else
		futex__hold_slowly(worker);
	return 0;
}

static void futex__report_slow_holder(struct workload_run *run, const struct team_totals *totals)
{
	workload_run__add_int(run, "helper_threads", 1);
	workload_run__add_int(run, "slow_holds", totals->extra[EXTRA_SLOW_HOLDS]);
	workload_run__add_int(run, "slow_wait_ns", totals->extra[EXTRA_SLOW_WAIT_NS]);
	workload_run__add_int(run, "slow_hold_ns", totals->extra[EXTRA_SLOW_HOLD_NS]);
	workload_run__add_int(run, "slow_hold_max_ns", totals->extra[EXTRA_SLOW_MAX_NS]);
}

int futex__run(struct workload_run *run, char **error)
{
	struct futex futex = {
		.mutex = PTHREAD_MUTEX_INITIALIZER,
		.threads = (int)run->options.threads,
		.hold_ns = run->options.hold_ns ? run->options.hold_ns : HOLD_NS,
	};
	struct team_plan plan = workload_run__plan(run, futex__work, &futex);
	struct team_totals totals = {0};
	int status;

	plan.helpers = (int)run->options.slow_holder;
	plan.helper = "slow-holder";
	plan.threads = futex.threads + plan.helpers;
	status = team__run(&plan, &totals, error);
	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "hold_ns", totals.extra[EXTRA_HOLD_NS]);
	if (plan.helpers)
		futex__report_slow_holder(run, &totals);
	return 0;
}
