// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* One thread works in short bursts; all others sleep from beginning to end, without one switch. */
#include <time.h>

#include "workloads/clock.h"
#include "workloads/workload.h"

#define BURN_NS 200000
#define NAP_NS 300000

enum { EXTRA_NAPS, EXTRA_CPU_NS };

static int sleepers__sleep(struct team_worker *worker)
{
	int64_t deadline = team_worker__deadline(worker);
	const struct timespec end = clock__timespec(deadline);
	int64_t begin = clock__now();

	while (!team_worker__stopped(worker) && clock__now() < deadline)
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL);
	worker->operation_ns = clock__now() - begin;
	worker->operations = 1;
	return 0;
}

static int sleepers__labour(struct team_worker *worker)
{
	const struct timespec nap = {.tv_nsec = NAP_NS};
	int64_t cpu = clock__read(CLOCK_THREAD_CPUTIME_ID);

	while (!team_worker__stopped(worker)) {
		int64_t begin = clock__now();

		while (clock__now() - begin < BURN_NS)
			;
		clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL);
		worker->extra[EXTRA_NAPS]++;
	}
	worker->extra[EXTRA_CPU_NS] = clock__read(CLOCK_THREAD_CPUTIME_ID) - cpu;
	return 0;
}

static int sleepers__work(struct team_worker *worker)
{
	return worker->index ? sleepers__sleep(worker) : sleepers__labour(worker);
}

int sleepers__run(struct workload_run *run, char **error)
{
	struct team_plan plan = workload_run__plan(run, sleepers__work, NULL);
	struct team_totals totals = {0};
	int status = team__run(&plan, &totals, error);

	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "naps", totals.extra[EXTRA_NAPS]);
	workload_run__add_int(run, "cpu_ns", totals.extra[EXTRA_CPU_NS]);
	return 0;
}
