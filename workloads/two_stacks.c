// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Threads wait in one of two call chains, and the times they are blocked in them are as 3 to 1 by
 * their own clock. The waits are many, short and of very different lengths, and about as many in
 * one chain as in the other: a profiler that draws stacks without weighing them finds 1 to 1.
 *
 * The system call is made here and not by the C library, whose code keeps no frame pointers.
 */
#include <math.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

#include "workloads/chance.h"
#include "workloads/clock.h"
#include "workloads/workload.h"

/* Of the times of wait_long and wait_short. */
#define RATIO 3
/* wait_short waits this long, evenly spread over the logarithm; wait_long RATIO times as long. */
#define SHORTEST_NS 30000.0
#define LONGEST_NS 300000.0

enum { EXTRA_LONG_NS, EXTRA_SHORT_NS, EXTRA_LONG_WAITS, EXTRA_SHORT_WAITS };

/* Symbols to be found in stacks: never inlined, cloned or folded into one. */
int64_t wait_long(int64_t ns);
int64_t wait_short(int64_t ns);

static inline __attribute__((always_inline)) int64_t blocked_for(int64_t ns)
{
	struct timespec left = clock__timespec(ns);
	int64_t begin = clock__now();
	long result;

	/* The x86-64 calling convention of system calls: syscall(2). */
	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(SYS_nanosleep), "D"(&left), "S"(NULL)
			 : "rcx", "r11", "memory");
	(void)result; /* a wait cut short by a signal is as good as any: it is measured */
	return clock__now() - begin;
}

__attribute__((noipa)) int64_t wait_long(int64_t ns)
{
	return blocked_for(ns);
}

__attribute__((noipa)) int64_t wait_short(int64_t ns)
{
	return blocked_for(ns);
}

static int64_t draw_ns(struct chance *chance)
{
	double spread = log(LONGEST_NS / SHORTEST_NS);

	return (int64_t)(SHORTEST_NS * exp(spread * chance__share(chance)));
}

/*
 * A wait takes longer than was asked for, by about as much in both chains, which would spoil the
 * ratio. So the times really taken decide whose turn it is.
 */
static int two_stacks__work(struct team_worker *worker)
{
	int64_t *extra = worker->extra;
	const struct workload_options *options = worker->shared;
	struct chance chance = chance__of(options->seed, worker->index);

	/* The default slack of 50 us would make all short waits alike. */
	prctl(PR_SET_TIMERSLACK, 1UL);
	while (!team_worker__stopped(worker)) {
		if (extra[EXTRA_LONG_NS] < RATIO * extra[EXTRA_SHORT_NS]) {
			extra[EXTRA_LONG_NS] += wait_long(RATIO * draw_ns(&chance));
			extra[EXTRA_LONG_WAITS]++;
		} else {
			extra[EXTRA_SHORT_NS] += wait_short(draw_ns(&chance));
			extra[EXTRA_SHORT_WAITS]++;
		}
		worker->operations++;
	}
	worker->operation_ns = extra[EXTRA_LONG_NS] + extra[EXTRA_SHORT_NS];
	return 0;
}

int two_stacks__run(struct workload_run *run, char **error)
{
	struct team_plan plan = workload_run__plan(run, two_stacks__work, &run->options);
	struct team_totals totals = {0};
	int status = team__run(&plan, &totals, error);

	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "seed", run->options.seed);
	workload_run__add_int(run, "wait_long_ns", totals.extra[EXTRA_LONG_NS]);
	workload_run__add_int(run, "wait_short_ns", totals.extra[EXTRA_SHORT_NS]);
	workload_run__add_int(run, "wait_long_waits", totals.extra[EXTRA_LONG_WAITS]);
	workload_run__add_int(run, "wait_short_waits", totals.extra[EXTRA_SHORT_WAITS]);
	/* A thread begins with a short one: there is none only where nothing was done. */
	if (totals.operations)
		workload_run__add_double(run, "ratio",
					 (double)totals.extra[EXTRA_LONG_NS] /
						 (double)totals.extra[EXTRA_SHORT_NS]);
	return 0;
}
