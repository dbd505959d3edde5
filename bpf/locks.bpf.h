/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Waits on the slow paths of kernel locks, from contention_begin to contention_end. A lock may
 * begin again before it ends (a mutex spins first, then sleeps): that is one wait.
 */
#ifndef WALLFLAME_BPF_LOCKS_H
#define WALLFLAME_BPF_LOCKS_H

#include "bpf/calls.bpf.h"

#define LOCK_SCRATCH 1

/* The values of enum store_lock (store/model.h). */
static __always_inline __u32 lock_kind_of(__u32 flags)
{
	if (flags & LCB_F_MUTEX)
		return 4;
	if (flags & LCB_F_RT)
		return 7;
	if (flags & LCB_F_PERCPU)
		return 8;
	if (flags & LCB_F_SPIN)
		return flags & LCB_F_READ ? 2 : flags & LCB_F_WRITE ? 3 : 1;
	return flags & LCB_F_READ ? 5 : flags & LCB_F_WRITE ? 6 : 9;
}

/* 1 to 3: spinning locks that do not sleep. */
static __always_inline int is_spin(__u32 kind)
{
	return kind >= 1 && kind <= 3;
}

/*
 * A thread that leaves its CPU spins on nothing: such an entry is of a wait whose end was not seen,
 * because it came while a program ran.
 */
static __always_inline void locks__drop_spins(struct wf_thread *thread)
{
	__u32 depth = thread->lock_depth;

	for (int i = 0; i < WF_LOCK_DEPTH; i++) {
		if (!depth || depth > WF_LOCK_DEPTH ||
		    !is_spin(thread->locks[(depth - 1) & (WF_LOCK_DEPTH - 1)].kind))
			break;
		depth--;
	}
	thread->lock_depth = depth;
}

static __always_inline struct wf_thread *locks__thread(struct wf_cpu *cpu, __u64 now)
{
	/* Inside our own program: the ring's own lock is not the target's. */
	if (!cpu || cpu->busy || now >= window_end)
		return 0;
	return thread__find(current_task());
}

static __always_inline int locks__begin(__u64 address, __u32 flags)
{
	__u64 now = bpf_ktime_get_ns();
	struct wf_thread *thread = locks__thread(this_cpu(), now);
	__u32 depth;

	if (!thread)
		return 0;
	depth = thread->lock_depth;
	if (depth && depth <= WF_LOCK_DEPTH) {
		struct wf_lock_wait *top = &thread->locks[(depth - 1) & (WF_LOCK_DEPTH - 1)];

		if (top->address == address) {
			top->kind = lock_kind_of(flags);
			return 0;
		}
	}
	if (depth >= WF_LOCK_DEPTH) {
		count_loss(&losses.lock_depth);
		return 0;
	}
	struct wf_lock_wait *wait = &thread->locks[depth & (WF_LOCK_DEPTH - 1)];

	wait->address = address;
	wait->since_ns = now;
	wait->kind = lock_kind_of(flags);
	thread->lock_depth = depth + 1;
	return 0;
}

static __always_inline void locks__book(const struct wf_lock_key *key, __u64 ns)
{
	struct wf_lock_sum *sum = bpf_map_lookup_elem(&lock_sums, key);
	struct wf_lock_sum first = {.count = 1, .ns = ns, .max_ns = ns};

	/* Only this thread writes this row, and the reader takes rows of past slices only. */
	if (sum) {
		sum->count++;
		sum->ns += ns;
		if (ns > sum->max_ns)
			sum->max_ns = ns;
		return;
	}
	if (bpf_map_update_elem(&lock_sums, key, &first, BPF_ANY)) {
		struct wf_lock lock = {.type = WF_RECORD_LOCK, .key = *key, .ns = ns};

		if (bpf_ringbuf_output(&ring, &lock, sizeof(lock), wakeup()))
			count_loss(&losses.locks);
	}
}

/* Here the length is known: p = min(1, wait / T) exactly. */
static __always_inline void locks__draw(void *ctx, struct wf_thread *thread,
					const struct wf_lock_key *key, __u64 now, __u64 ns)
{
	__u64 p = ns > 0xffffffffULL ? ONE : probability_of(ns);
	__u32 at = LOCK_SCRATCH;
	struct wf_stack *stack;

	if (p < ONE && thread__random(thread) >= p)
		return;
	stack = bpf_map_lookup_elem(&scratch, &at);
	if (!stack)
		return;
	stack->type = WF_RECORD_LOCK_STACK;
	stack->tid = thread->tid;
	stack->tgid = thread->tgid;
	stack->sequence = 0;
	stack->time_ns = now;
	stack->probability = p;
	stack->syscall = -1;
	stack->futex_op = -1;
	stack->state = WF_RUNNING;
	stack->lock_kind = key->kind;
	stack->lock_address = key->address;
	stack->lock_wait_ns = ns;
	if (stack__send(ctx, stack, WF_COPIER_LOCK))
		count_loss(&losses.lock_stacks);
}

static __always_inline int is_rwsem(__u32 kind)
{
	return kind == 5 || kind == 6;
}

static __always_inline int locks__end(void *ctx, __u64 address)
{
	__u64 now = bpf_ktime_get_ns();
	struct wf_cpu *cpu = this_cpu();
	struct wf_thread *thread = locks__thread(cpu, now);
	struct wf_lock_key key = {.address = address};
	__u64 since;
	__u32 depth;

	if (!thread || !cpu)
		return 0;
	depth = thread->lock_depth;
	if (!depth || depth > WF_LOCK_DEPTH)
		return 0;
	struct wf_lock_wait *top = &thread->locks[(depth - 1) & (WF_LOCK_DEPTH - 1)];

	if (top->address != address)
		return 0; /* began before the programs were attached, or too deep to be kept */
	thread->lock_depth = depth - 1;
	if (now < window_start)
		return 0;
	since = top->since_ns < window_start ? window_start : top->since_ns;
	key.tid = thread->tid;
	key.tgid = thread->tgid;
	key.slice = (now - window_start) / slice_ns;
	key.kind = top->kind;
	cpu->busy = 1;
	locks__book(&key, now - since);
	locks__draw(ctx, thread, &key, now, now - since);
	if (inode_waits && is_rwsem(key.kind) && is_inode_lock(address))
		call__add(ctx, WF_PROBE_INODE_LOCK, since, now);
	cpu->busy = 0;
	return 0;
}

#endif
