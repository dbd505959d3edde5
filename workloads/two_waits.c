// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Threads wait in futex(2) in two ways, as glibc does for a mutex and as it does for work, for
 * times of ratio 3:1. It is one system call, so that only a stack, or the operation that was drawn
 * with it, tells one from the other: what a profiler says of the share is an estimate, and this is
 * the truth to hold it against. Of each wait only the time asleep is counted, by the kernel's books
 * of the thread; waking up is not waiting.
 */
#include <linux/futex.h>
#include <math.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workloads/chance.h"
#include "workloads/clock.h"
#include "workloads/thread_clock.h"
#include "workloads/workload.h"

#define RATIO 3
/* wait_as_parked waits this long, evenly spread over the logarithm; the other RATIO times as long.
 */
#define SHORTEST_NS 50000.0
#define LONGEST_NS 500000.0

enum { EXTRA_LOCK_NS, EXTRA_PARK_NS, EXTRA_LOCK_WAITS, EXTRA_PARK_WAITS };

/* Symbols to be found in stacks: never inlined, cloned or folded into one. */
void wait_as_for_lock(int64_t ns);
void wait_as_parked(int64_t ns);

__attribute__((noipa)) void wait_as_for_lock(int64_t ns)
{
	struct timespec timeout = clock__timespec(ns);
	uint32_t word = 0;

	syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &timeout, NULL, 0);
}

/* Until a moment, unlike above: futex(2). */
__attribute__((noipa)) void wait_as_parked(int64_t ns)
{
	struct timespec until = clock__timespec(clock__now() + ns);
	uint32_t word = 0;

	syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, &until, NULL, 1);
}

static int64_t draw_ns(struct chance *chance)
{
	return (int64_t)(SHORTEST_NS * exp(log(LONGEST_NS / SHORTEST_NS) * chance__share(chance)));
}

static int64_t blocked_ns(const struct tally_time *begin, const struct tally_time *end)
{
	return end->life_ns - begin->life_ns - (end->run_ns - begin->run_ns) -
	       (end->delay_ns - begin->delay_ns);
}

static void two_waits__wait(struct team_worker *worker, int clock, struct chance *chance)
{
	int64_t *extra = worker->extra;
	bool lock = extra[EXTRA_LOCK_NS] < RATIO * extra[EXTRA_PARK_NS];
	struct tally_time begin, end;

	thread_clock__read(clock, &begin);
	if (lock)
		wait_as_for_lock(RATIO * draw_ns(chance));
	else
		wait_as_parked(draw_ns(chance));
	thread_clock__read(clock, &end);
	extra[lock ? EXTRA_LOCK_NS : EXTRA_PARK_NS] += blocked_ns(&begin, &end);
	extra[lock ? EXTRA_LOCK_WAITS : EXTRA_PARK_WAITS]++;
	team_worker__count(worker, begin.life_ns, end.life_ns);
}

static int two_waits__work(struct team_worker *worker)
{
	const struct workload_options *options = worker->shared;
	struct chance chance = chance__of(options->seed, worker->index);
	int clock = thread_clock__open();
	struct tally_time now;

	if (clock < 0 || !thread_clock__read(clock, &now))
		return team_worker__fail(worker, "cannot read /proc/thread-self/schedstat");
	prctl(PR_SET_TIMERSLACK, 1UL);
	while (!team_worker__stopped(worker))
		two_waits__wait(worker, clock, &chance);
	close(clock);
	return 0;
}

int two_waits__run(struct workload_run *run, char **error)
{
	struct team_plan plan = workload_run__plan(run, two_waits__work, &run->options);
	struct team_totals totals = {0};
	int status = team__run(&plan, &totals, error);

	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "seed", run->options.seed);
	workload_run__add_int(run, "lock_ns", totals.extra[EXTRA_LOCK_NS]);
	workload_run__add_int(run, "park_ns", totals.extra[EXTRA_PARK_NS]);
	workload_run__add_int(run, "lock_waits", totals.extra[EXTRA_LOCK_WAITS]);
	workload_run__add_int(run, "park_waits", totals.extra[EXTRA_PARK_WAITS]);
	return 0;
}
