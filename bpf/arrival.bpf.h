/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The second chance of a span to get a stack, as its thread comes back onto a CPU. Now its length
 * is known, so p = min(1, length / T) exactly, and a rare long span among short ones, which had
 * little chance as it began, is not missed. Its kernel stack is still there to be walked; its user
 * stack is not, for the address space is another's at this moment. Its registers are: by them the
 * collector knows whether it has seen the thread there before.
 */
#ifndef WALLFLAME_BPF_ARRIVAL_H
#define WALLFLAME_BPF_ARRIVAL_H

#include "bpf/cover.bpf.h"
#include "bpf/ledger.bpf.h"

#define ARRIVAL_SCRATCH 2
#define MUCH_LONGER 4

/* In the row of who leaves, which is done. */
static __always_inline __u8 arrival__registers(struct task_struct *task, struct wf_thread *thread,
					       __u64 now)
{
	struct pt_regs *registers = REGISTERS(task);
	__u32 row = bpf_get_smp_processor_id() * WF_COPIERS + WF_COPIER_LEAVING;
	struct wf_copy *copy = bpf_map_lookup_elem(&copies, &row);

	if (!copy || !has_user_code(registers))
		return 0;
	copy__describe(copy, registers, thread->tid, thread->tgid, now, 0);
	if (!bpf_ringbuf_output(&ring, copy, sizeof(*copy), wakeup()))
		return WF_STACK_COPIED;
	thread__lose(thread, WF_LOST_COPIES, &losses.copies);
	return 0;
}

static __always_inline void arrival__send(struct task_struct *task, struct wf_thread *thread,
					  __u64 now)
{
	const __u32 fixed = __builtin_offsetof(struct wf_stack, frames);
	__u32 at = ARRIVAL_SCRATCH;
	struct wf_stack *stack = bpf_map_lookup_elem(&scratch, &at);
	long kernel;

	if (!stack)
		return;
	stack__describe(stack, task, thread, now);
	kernel = bounded(
		bpf_get_task_stack(task, stack->frames, WF_KERNEL_FRAMES * sizeof(__u64), 0),
		WF_KERNEL_FRAMES * sizeof(__u64));
	stack->kernel_frames = kernel / sizeof(__u64);
	stack->user_frames = 0;
	stack->flags = WF_STACK_NO_USER | arrival__registers(task, thread, now) |
		       (is_cut(stack->kernel_frames, WF_KERNEL_FRAMES) ? WF_STACK_KERNEL_CUT : 0);
	if (bpf_ringbuf_output(&ring, stack, fixed + kernel, wakeup()))
		thread__lose(thread, WF_LOST_STACKS, &losses.stacks);
	else
		thread->drawn = 1;
}

/*
 * The thread is not running yet, so nobody else writes its slot. Only a span that has become much
 * longer than it was expected to be is worth it, or one so long that it is told by itself: for the
 * others the first chance, which gives whole stacks, was a fair one. What a sleep in futex(2) is, a
 * lock or a queue of work, only the user half tells, so those have the first chance alone.
 */
static __always_inline void arrival__draw(struct task_struct *task, struct wf_thread *thread,
					  __u64 now)
{
	__u64 begin = thread->off_ns > window_start ? thread->off_ns : window_start;
	__u64 ns = now - begin;
	__u64 p;

	if (cover__missed(thread, switches_of(task)))
		return;
	if (!thread->leaving_p || now <= begin || thread->state == WF_PREEMPTED ||
	    is_futex(thread->syscall))
		return;
	p = probability_of(ns > 0xffffffffULL ? 0xffffffffULL : ns);
	if (ns < long_span_ns && p < (__u64)thread->leaving_p * MUCH_LONGER)
		return;
	thread->arrival_p = p < ONE ? p : ONE - 1;
	if (thread->drawn || (p < ONE && thread__random(thread) >= p))
		return;
	arrival__send(task, thread, now);
}

#endif
