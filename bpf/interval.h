/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Where the time since a thread last left a CPU went: one rule for the BPF programs and for the
 * perf engine. */
#ifndef WALLFLAME_BPF_INTERVAL_H
#define WALLFLAME_BPF_INTERVAL_H

#include "bpf/records.h"

#include <linux/stddef.h>

/* How far the run queue's clock may be behind a switch, in ns. */
#define CLOCK_LAG_NS 1000000

/* What the kernel has charged a thread since it last left a CPU. */
struct charged {
	__u64 run_ns; /* of task_struct.se.sum_exec_runtime */
	__u64 wait_ns; /* for a CPU, of task_struct.sched_info.run_delay */
};

/* Where the time since then went, in this order. */
struct interval {
	__u64 off; /* begins */
	__u64 off_ns; /* in the state it left in */
	__u64 wait_ns; /* for a CPU */
	__u64 run_ns;
	__u64 leave; /* ends */
	__u32 cut; /* it began before the window, and off is where the window opened */
};

/*
 * Fills in all but `off` and `cut`. state: enum wf_state that it left in; on: when it came onto the
 * CPU that it leaves now; window_end: nothing is booked from there on.
 *
 * Running and waiting for a CPU are what the kernel charged, so that the ledger agrees with
 * schedstat, getrusage(2) and cgroups; the rest is time off the CPU. The kernel charges by the run
 * queue's clock, which it may have read some time before the switch itself (kernel/sched/core.c,
 * rq_clock_skip_update): where there is no rest to take the difference up, the interval ends by
 * that clock, and the next one begins there. A larger difference is not the clock's: the
 * hypervisor's steal time, which the kernel charges to nobody; the thread was waiting for a CPU.
 */
static __always_inline void interval__split(struct interval *interval, __u8 state, __u64 on,
					    __u64 now, const struct charged *charged,
					    __u64 window_end)
{
	__u64 length = now > interval->off ? now - interval->off : 0;
	__u64 used = charged->run_ns + charged->wait_ns;
	__u64 stolen = 0;

	interval->run_ns = charged->run_ns;
	interval->wait_ns = charged->wait_ns;
	interval->off_ns = 0;
	/* The last one may have ended by the other clock, ahead of this one. */
	interval->leave = now > interval->off ? now : interval->off;
	if (used <= length) {
		if (on >= interval->off && now - on > charged->run_ns + CLOCK_LAG_NS)
			stolen = now - on - charged->run_ns;
		if (stolen > length - used)
			stolen = length - used;
		if (state != WF_PREEMPTED) {
			interval->off_ns = length - used - stolen;
			interval->wait_ns += stolen;
		} else if (length - used <= CLOCK_LAG_NS) {
			interval->leave = interval->off + used;
		} else {
			interval->wait_ns += length - used;
		}
	} else if (!interval->cut && used - length <= CLOCK_LAG_NS &&
		   interval->off + used <= window_end) {
		interval->leave = interval->off + used;
	} else { /* what was charged before the window opened comes off the wait */
		if (interval->run_ns > length)
			interval->run_ns = length;
		interval->wait_ns = length - interval->run_ns;
		if (interval->wait_ns > charged->wait_ns) {
			interval->off_ns = interval->wait_ns - charged->wait_ns;
			interval->wait_ns = charged->wait_ns;
		}
	}
}

#endif
