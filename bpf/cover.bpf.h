/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A ledger that is kept for a part of the time only, where even its accounting is dearer than the
 * budget (record --budget). Time is cut into short pieces, and chance decides of each alone whether
 * switches are looked at in it: so what is seen is a fair sample of moments, and how likely it is
 * to see both ends of a span of some length is known (docs/budget.md).
 *
 * What a thread did between two switches that were looked at is known as well when the kernel's own
 * count says that there was no other between them. Else it is WF_UNOBSERVED: how much of that time
 * it ran and waited for a CPU the kernel has counted, the rest it spent off the CPU in some way.
 */
#ifndef WALLFLAME_BPF_COVER_H
#define WALLFLAME_BPF_COVER_H

#include "bpf/switch_clock.bpf.h"

/* Vigna's splitmix64, of a piece's number: as good as drawn, and no state to keep. */
static __always_inline __u32 cover__draw(__u64 piece)
{
	__u64 x = piece * 0x9e3779b97f4a7c15ULL + cover_seed;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return (x ^ x >> 31) >> 32;
}

/* The piece of time that a switch is in: by the clock that the scheduler has read for it, which
 * costs nothing; that each CPU has its own does not matter. task: the current one. */
static __always_inline __u64 cover__piece(struct task_struct *task)
{
	if (!bounds_ledger)
		return 0;
	return (HAS_QUEUE_CLOCK ? task->se.cfs_rq->rq->clock : bpf_ktime_get_ns()) >>
	       WF_COVER_SHIFT;
}

/* Whether the ledger is kept in it. */
static __always_inline int cover__has(__u64 piece)
{
	return !bounds_ledger || cover_below >= WF_COVER_ALWAYS || cover__draw(piece) < cover_below;
}

/* A switch on this CPU is looked at: what was noted at the last one is of no worth where others
 * have been passed over since. */
static __always_inline void cover__enter(struct wf_cpu *cpu, __u64 piece)
{
	int is_kept;

	if (!bounds_ledger || !cover_bounded)
		return;
	is_kept = cover__has(piece);
	/* In a piece that is not kept only ends are looked at. */
	if (piece - cpu->piece > 1 || !is_kept) {
		cpu->on_ns = 0;
		cpu->slot = 0;
	}
	cpu->piece = is_kept ? piece : 0;
}

/* How often a thread has left a CPU: kernel/sched/core.c, __schedule() counts before it tells. */
static __always_inline __u32 switches_of(struct task_struct *task)
{
	return TASK(task, nvcsw) + TASK(task, nivcsw);
}

/* Switches that were not looked at since the thread was seen leaving a CPU last, in `switches`. */
static __always_inline __u32 cover__missed(const struct wf_thread *thread, __u32 switches)
{
	return bounds_ledger && cover_bounded && thread->off_ns ? switches - thread->switches : 0;
}

#endif
