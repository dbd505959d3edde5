/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The time of a switch. The scheduler has read a clock for it already (rq->clock), which is also
 * the one that it charges run time and waits by; reading another one costs a third of all that is
 * done at a switch, for it waits until the CPU has finished what it is at (rdtsc_ordered(),
 * arch/x86/include/asm/msr.h). So CLOCK_MONOTONIC is read once in a while only, to learn how far it
 * is ahead.
 */
#ifndef WALLFLAME_BPF_SWITCH_CLOCK_H
#define WALLFLAME_BPF_SWITCH_CLOCK_H

#include "bpf/maps.bpf.h"

#define SYNC_NS 1000000
#define MOST_REFUSED 4
/* The scheduler's clock may stand still up to the next tick (rq_clock_skip_update()); whether a
 * moment is in the window must be known better than that: CONFIG_HZ=100 has the longest ticks. */
#define EDGE_NS 20000000

#define HAS_QUEUE_CLOCK                                                          \
	(READS_DIRECTLY && bpf_core_field_exists(struct sched_entity, cfs_rq) && \
	 bpf_core_field_exists(struct cfs_rq, rq) && bpf_core_field_exists(struct rq, clock))

/*
 * Reads CLOCK_MONOTONIC. What it is ahead by comes out too large by the time that has passed since
 * the scheduler read its clock, so the smallest is right; it may grow by what the clocks drift: up
 * to 500 ppm (MAXFREQ, include/linux/timex.h), or more where the length of a tick is being
 * corrected (adjtimex(2)), and then it comes out larger again and again.
 */
static __always_inline __u64 switch__sync(struct wf_cpu *cpu, __u64 clock)
{
	__u64 ahead = bpf_ktime_get_ns() - clock;
	__u64 most = cpu->ahead_ns + ((clock - cpu->synced_ns) >> 10);

	if (!cpu->synced_ns || (__s64)(ahead - most) <= 0 || ++cpu->refused > MOST_REFUSED)
		cpu->refused = 0;
	else
		ahead = most;
	cpu->synced_ns = clock;
	cpu->ahead_ns = ahead;
	return clock + ahead;
}

/* What CLOCK_MONOTONIC was when the scheduler's was `clock`. */
static __always_inline __u64 switch__time(struct wf_cpu *cpu, __u64 clock)
{
	return clock - cpu->synced_ns >= SYNC_NS ? switch__sync(cpu, clock) : clock + cpu->ahead_ns;
}

/* Now, as CLOCK_MONOTONIC has it; task: the current one. */
static __always_inline __u64 switch__now(struct wf_cpu *cpu, struct task_struct *task)
{
	__u64 now;

	if (!HAS_QUEUE_CLOCK)
		return bpf_ktime_get_ns();
	now = switch__time(cpu, task->se.cfs_rq->rq->clock);
	if (now < window_start || now + EDGE_NS >= window_end)
		return bpf_ktime_get_ns();
	return now;
}

#endif
