/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A CPU as the perf engine sees it: who is on it, and the clock of its run queue.
 *
 * The scheduler counts waits by that clock, which it may have read some time before the tracepoint
 * that tells of it (kernel/sched/core.c, rq_clock_skip_update): as long before as the waits in a
 * storm are long. The clock cannot be read, but whenever it has gone on, who is on the CPU is
 * charged: so it was read right before that is told of.
 */
#ifndef WALLFLAME_COLLECTOR_PERF_CPU_H
#define WALLFLAME_COLLECTOR_PERF_CPU_H

#include <stdbool.h>
#include <stdint.h>

struct perf_cpu {
	bool known; /* what is on it */
	bool unsure; /* records were lost since the last switch */
	bool uncharged; /* a thread was put on its run queue, and who is on it was not charged */
	bool roused; /* nobody is on it, but a thread was put on its run queue */
	uint32_t tid; /* on it; 0: none */
	uint64_t on_ns; /* since when; 0: before the first event */
	uint64_t clock_ns; /* the run queue's clock */
	uint64_t read_ns; /* when it was that */
	int64_t lag_ns; /* from then to the tracepoint of a wake-up, mostly */
	uint64_t charged_ns; /* when somebody on it was charged last */
};

/* The one on it was charged. */
void perf_cpu__charge(struct perf_cpu *cpu, uint64_t now_ns, uint64_t ns);
/* A thread is put on the run queue; returns the clock. */
uint64_t perf_cpu__enqueue(struct perf_cpu *cpu, uint64_t now_ns);
/* Another comes on; returns the clock. */
uint64_t perf_cpu__switch(struct perf_cpu *cpu, uint64_t now_ns);

#endif
