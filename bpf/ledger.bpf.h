/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Books a thread's run and the span before it when it leaves a CPU. */
#ifndef WALLFLAME_BPF_LEDGER_H
#define WALLFLAME_BPF_LEDGER_H

#include "bpf/calls.bpf.h"
#include "bpf/cover.bpf.h"
#include "bpf/entry.bpf.h"
#include "bpf/evidence.bpf.h"
#include "bpf/interval.h"
#include "bpf/locks.bpf.h"
#include "bpf/log2.h"
#include "bpf/syscall.bpf.h"

/* Sends the slot as a record and empties its totals. Returns 0 or a negative errno. */
static __always_inline long thread__flush(struct wf_thread *thread)
{
	long error;

	bpf_get_current_comm(thread->comm, WF_COMM);
	error = bpf_ringbuf_output(&ring, thread, sizeof(*thread), wakeup());
	if (error)
		return error;
	thread->run_ns = 0;
	thread->run_count = 0;
	thread->flags = 0;
	bpf_probe_read_kernel(thread->spilled, sizeof(thread->spilled), blank.spilled);
	bpf_probe_read_kernel(thread->strata, sizeof(thread->strata), blank.strata);
	return 0;
}

/* The place of a key, or NULL when the table is full. */
static __always_inline struct wf_stratum *thread__stratum(struct wf_thread *thread, __u32 key)
{
	__u32 at = key >> 4 ^ key >> 1 ^ key >> 10;

	for (int probe = 0; probe < WF_STRATA; probe++) {
		struct wf_stratum *stratum = &thread->strata[(at + probe) & (WF_STRATA - 1)];

		if (stratum->key == key)
			return stratum;
		if (!stratum->key) {
			stratum->key = key;
			return stratum;
		}
	}
	return 0;
}

static __always_inline void thread__book(struct wf_thread *thread, __u32 key, __u64 ns,
					 __u64 runqueue, __u32 count)
{
	struct wf_stratum *stratum = thread__stratum(thread, key);

	if (!stratum && !thread__flush(thread))
		stratum = thread__stratum(thread, key);
	if (!stratum) {
		__u32 state = WF_KEY_STATE(key);

		if (state >= WF_STATES)
			return;
		stratum = &thread->spilled[state];
		count_loss(&losses.spilled);
	}
	stratum->count += count;
	stratum->ns += ns;
	stratum->runqueue_ns += runqueue;
}

static __always_inline void thread__enter_slice(struct wf_thread *thread, __u64 now)
{
	thread->slice = (now - window_start) / slice_ns;
	thread->slice_end_ns = window_start + ((__u64)thread->slice + 1) * slice_ns;
}

/* The span before this run has ended. */
static __always_inline void thread__end_span(struct wf_thread *thread,
					     const struct interval *interval)
{
	struct wf_span span = {
		.type = WF_RECORD_SPAN,
		.tid = thread->tid,
		.tgid = thread->tgid,
		.sequence = thread->sequence,
		.off_ns = interval->off,
		.on_ns = interval->leave - interval->run_ns,
		.runqueue_ns = interval->wait_ns,
		.syscall = thread->syscall,
		.state = thread->state,
		.drawn = thread->drawn,
		.probability = wf_chance(thread->leaving_p, thread->arrival_p),
	};

	if (bpf_ringbuf_output(&ring, &span, sizeof(span), wakeup()))
		thread__lose(thread, WF_LOST_SPANS, &losses.spans);
}

/* Books the interval; `count` is 1 for a span that began in the window. */
static __always_inline void interval__book(struct wf_thread *thread,
					   const struct interval *interval, __u32 key, __u32 count)
{
	if (key)
		thread__book(thread, key, interval->off_ns, interval->wait_ns, count);
	thread->run_ns += interval->run_ns;
	thread->run_count++;
}

/* It ends in a later slice than it began in: the collector splits it exactly. */
static __always_inline void interval__cross(struct wf_thread *thread,
					    const struct interval *interval, __u32 key, __u32 count)
{
	thread->flags |= WF_THREAD_CROSSED;
	thread->cross_off_ns = interval->off;
	thread->cross_on_ns = interval->leave - interval->run_ns;
	thread->cross_leave_ns = interval->leave;
	thread->cross_runqueue_ns = interval->wait_ns;
	thread->cross_key = key ? key | (count ? 0 : 1U << 31) : 0;
	if (!thread__flush(thread)) {
		thread__enter_slice(thread, interval->leave);
		return;
	}
	/* No room: book it all here and try again at the next switch. Totals stay exact. */
	thread->flags &= ~WF_THREAD_CROSSED;
	thread->flags |= WF_THREAD_SMEARED;
	thread__lose(thread, WF_LOST_SLICES, &losses.smeared);
	interval__book(thread, interval, key, count);
}

/*
 * Closes the span before this run and the run itself, and returns when that was by the thread's own
 * count. on: when it came onto the CPU, for a thread that is seen for the first time. missed: the
 * switches since then of WF_UNOBSERVED.
 */
static __always_inline __u64 thread__close(struct wf_thread *thread, __u64 on, __u64 now,
					   const struct charged *charged, __u32 missed)
{
	__u64 start = window_start;
	__u32 count = thread->off_ns >= start;
	struct interval interval = {.off = thread->off_ns};
	__u32 key = 0;

	if (now < start) {
		/* Or every switch until then would be one of unknown length and get a stack. */
		if (interval.off && now > interval.off + charged->run_ns)
			thread__learn(thread, thread->syscall, thread->state,
				      now - interval.off - charged->run_ns);
		return now;
	}
	if (interval.off) {
		__u64 length;

		if (interval.off < start) {
			interval.off = start;
			interval.cut = 1;
		}
		if (!thread->slice_end_ns)
			thread__enter_slice(thread, interval.off);
		interval__split(&interval, thread->state, on, now, charged, window_end);
		length = interval.off_ns + interval.wait_ns;
		if (thread->state != WF_UNOBSERVED && (thread->drawn || length >= long_span_ns))
			thread__end_span(thread, &interval);
		if (thread->state == WF_PREEMPTED) { /* its state is to wait for a CPU */
			interval.off_ns = interval.wait_ns;
			interval.wait_ns = 0;
		}
		key = WF_KEY(thread->state, wf_log2(length), thread->syscall);
		if (thread->state != WF_UNOBSERVED)
			thread__learn(thread, thread->syscall, thread->state, length);
		else /* each of the others began a span, too */
			thread__book(thread, key, 0, 0, missed - 1);
	} else {
		interval.off = on > start ? on : start;
		if (interval.off < thread->start_ns)
			interval.off = thread->start_ns;
		/* It may have been born, or come on, by a clock that was ahead of this one. */
		interval.run_ns = now > interval.off ? now - interval.off : 0;
		interval.leave = interval.off + interval.run_ns;
		if (!thread->slice_end_ns)
			thread__enter_slice(thread, interval.off);
	}
	if (interval.leave < thread->slice_end_ns)
		interval__book(thread, &interval, key, count);
	else
		interval__cross(thread, &interval, key, count);
	return interval.leave;
}

static __always_inline int is_futex(__s32 syscall)
{
	return syscall == NR_FUTEX || syscall == (WF_SYSCALL_COMPAT | NR_FUTEX_COMPAT);
}

/* The second argument of futex(2): ecx of a 32-bit call, rsi of a 64-bit one. */
static __always_inline __s8 futex_op_of(struct task_struct *task, __s32 syscall)
{
	if (syscall == NR_FUTEX)
		return REGISTER(task, si) & FUTEX_CMD_MASK;
	if (syscall == (WF_SYSCALL_COMPAT | NR_FUTEX_COMPAT))
		return REGISTER(task, cx) & FUTEX_CMD_MASK;
	return -1;
}

/*
 * The state a thread leaves its CPU in. Before Linux 5.18 the tracepoint does not pass it on, and
 * who wakes the thread at this moment may have changed what its task says to TASK_WAKING
 * (kernel/sched/core.c, try_to_wake_up: once it is off its run queue, before it is off its CPU).
 */
static __always_inline __u64 state_at_leaving(struct bpf_raw_tracepoint_args *ctx,
					      struct task_struct *task)
{
	if (prev_state_is_passed)
		return ctx->args[3];
	if (bpf_core_field_exists(task->__state))
		return TASK(task, __state);
	return BPF_CORE_READ((struct task_struct___before_5_14 *)task, state);
}

static __always_inline __u8 is_in_iowait(struct task_struct *task)
{
	if (READS_DIRECTLY)
		return BPF_CORE_READ_BITFIELD(task, in_iowait);
	return BPF_CORE_READ_BITFIELD_PROBED(task, in_iowait);
}

static __always_inline __u8 state_of(struct task_struct *task, __u64 preempt, __u64 prev_state)
{
	if (preempt || !prev_state)
		return WF_PREEMPTED;
	/* How it slept is not known any more; most sleep so. */
	if (prev_state & (TASK_INTERRUPTIBLE | TASK_WAKING))
		return WF_INTERRUPTIBLE;
	if (prev_state & TASK_STOPPED_OR_TRACED)
		return WF_STOPPED;
	return is_in_iowait(task) ? WF_IO_WAIT : WF_UNINTERRUPTIBLE;
}

/* All but the stack of the span that a thread is in. */
static __always_inline void stack__describe(struct wf_stack *stack, struct task_struct *task,
					    const struct wf_thread *thread, __u64 now)
{
	__u32 depth = thread->lock_depth;

	stack->type = WF_RECORD_STACK;
	stack->tid = thread->tid;
	stack->tgid = thread->tgid;
	stack->sequence = thread->sequence;
	stack->time_ns = now;
	stack->probability = 0;
	stack->syscall = thread->syscall;
	stack->state = thread->state;
	stack->futex_op = futex_op_of(task, thread->syscall);
	stack->lock_kind = 0;
	stack->lock_address = 0;
	stack->lock_wait_ns = 0;
	if (depth && depth <= WF_LOCK_DEPTH) {
		stack->lock_kind = thread->locks[(depth - 1) & (WF_LOCK_DEPTH - 1)].kind;
		stack->lock_address = thread->locks[(depth - 1) & (WF_LOCK_DEPTH - 1)].address;
	}
}

static __always_inline void thread__draw(void *ctx, struct task_struct *task,
					 struct wf_thread *thread)
{
	__u64 p = thread__probability(thread, thread->syscall, thread->state);
	struct wf_stack *stack;
	__u32 zero = 0;

	thread->drawn = 0;
	thread->sequence++;
	thread->leaving_p = p; /* 2^32 becomes 0 */
	thread->arrival_p = 0;
	if (p < ONE && thread__random(thread) >= p)
		return;
	stack = bpf_map_lookup_elem(&scratch, &zero);
	if (!stack)
		return;
	/* Not the time of the switch, which may be some microseconds behind: mappings are told by
	 * this clock, and a stack is named by those before it. */
	stack__describe(stack, task, thread, bpf_ktime_get_ns());
	if (stack__send(ctx, stack, WF_COPIER_LEAVING))
		thread__lose(thread, WF_LOST_STACKS, &losses.stacks);
	else
		thread->drawn = 1;
	/* Counted as a loss where it was tried. */
	if (stack->flags & WF_STACK_COPY_LOST)
		thread->lost[WF_LOST_COPIES]++;
}

static __always_inline void thread__end(struct task_struct *task, struct wf_thread *thread,
					__u64 now)
{
	struct numbers *numbers = numbers__of(TASK(task, pid));
	__u32 index = numbers ? numbers->slot - 1 : 0;

	thread->flags |= WF_THREAD_EXITED;
	thread->end_ns = now;
	if (!numbers)
		return;
	/* First: later its thread would not be known any more. */
	caller__end(numbers->caller);
	*numbers = (struct numbers){};
	/* With no room in the ring the slot is kept, and read when the capture ends. */
	if (thread__flush(thread))
		return;
	thread->tid = 0;
	bpf_map_push_elem(&free_slots, &index, BPF_ANY);
}

/* It is seen for the first time, and switches have been passed over: the kernel's counts tell of
 * all that was before. */
static __always_inline void thread__begin_late(struct task_struct *task, struct wf_thread *thread,
					       __u64 now)
{
	thread->first_leave_ns = now;
	thread->first_exec_ns = TASK(task, se.sum_exec_runtime);
	thread->first_run_delay = TASK(task, sched_info.run_delay);
	thread->first_switches = switches_of(task);
	thread__enter_slice(thread, now);
}

static __always_inline void ledger__leave(struct bpf_raw_tracepoint_args *ctx,
					  struct task_struct *task, struct wf_thread *thread,
					  __u64 on, __u64 now, int typed)
{
	__u64 run_delay = TASK(task, sched_info.run_delay);
	struct charged charged = {
		.run_ns = TASK(task, se.sum_exec_runtime) - thread->exec_ns,
		.wait_ns = thread->moved_asleep ? 0 : run_delay - thread->run_delay,
	};
	__u64 prev_state = state_at_leaving(ctx, task);
	__u32 switches = bounds_ledger ? switches_of(task) : 0;
	__u32 missed = cover__missed(thread, switches);
	__u64 leave = now;

	if (missed > 1) {
		thread->state = WF_UNOBSERVED;
		thread->syscall = -1;
		thread->drawn = 0;
	}
	if (bounds_ledger && cover_bounded && !thread->off_ns)
		thread__begin_late(task, thread, now);
	else
		leave = thread__close(thread, on, now, &charged, missed);
	thread->switches = switches;
	if (thread->moved_asleep && now >= window_start)
		count_loss(&losses.moved_sleeps);
	thread->moved_asleep = 0;
	thread->off_ns = leave;
	thread->run_delay = run_delay;
	thread->exec_ns += charged.run_ns;
	if (prev_state & TASK_DEAD) {
		thread__end(task, thread, leave);
		return;
	}
	locks__drop_spins(thread);
	thread->syscall = syscall__number(task, entry__number(task, typed));
	thread->state = state_of(task, ctx->args[0], prev_state);
	if (!prev_state_is_passed && prev_state & TASK_WAKING && now >= window_start)
		count_loss(&losses.raced_sleeps);
	thread__draw(ctx, task, thread);
}

#endif
