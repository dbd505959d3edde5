/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Calls of probe points: every one is counted, and drawn ones are timed. The n-th call of a thread
 * in a slice is timed with p = 1 up to a budget, and with half of that each time n has doubled: so
 * p is known exactly, and a call that is not drawn costs no look at the clock.
 *
 * A call inside a call of the same point is part of it. Which is inside which the stack tells: it
 * grows downwards. So where the end of a call was not seen, the next one that is not deeper takes
 * its place, and no depth can run away; and the next one of the same function whatever its depth,
 * if that function is never called inside itself: a kernel that shifts the stack at each system
 * call (CONFIG_RANDOMIZE_KSTACK_OFFSET) would let some tens of calls pass before. A function that
 * jumps to another at its end leaves it its place on the stack: that one is inside, too.
 */
#ifndef WALLFLAME_BPF_CALLS_H
#define WALLFLAME_BPF_CALLS_H

#include "bpf/evidence.bpf.h"

#define CALL_SCRATCH 3
#define MOST_HALVINGS 16

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* set before loading */
	__type(key, __u32);
	__type(value, struct wf_caller);
} callers SEC(".maps");

/* Callers of no thread; all of them at first. */
struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 1); /* set before loading */
	__type(value, __u32);
} free_callers SEC(".maps");

static __always_inline struct wf_caller *caller__at(__u32 index)
{
	return bpf_map_lookup_elem(&callers, &index);
}

static __always_inline struct wf_caller *caller__make(struct task_struct *task,
						      struct numbers *numbers)
{
	struct wf_cpu *cpu = this_cpu();
	struct wf_caller *caller;
	__u32 index;

	if (!cpu || !target__has(task)) {
		numbers->caller = NOT_OURS;
		return 0;
	}
	/* The lock of the map must not be taken for the target's. */
	cpu->busy = 1;
	caller = bpf_map_pop_elem(&free_callers, &index) ? 0 : caller__at(index);
	cpu->busy = 0;
	if (!caller) {
		count_loss(&losses.callers);
		numbers->caller = NOT_OURS; /* counted once */
		return 0;
	}
	__builtin_memset(caller->points, 0, sizeof(caller->points));
	caller->syscall_ns = 0;
	caller->tgid = TASK(task, tgid);
	caller->task = (__u64)task;
	caller->random = bpf_get_prandom_u32() | 1;
	caller->tid = TASK(task, pid);
	numbers->caller = index + 1;
	return caller;
}

/* Of the current task, or NULL when it does not belong to the target. */
static __always_inline struct wf_caller *caller__get(void)
{
	struct task_struct *task = current_task();
	struct numbers *numbers = numbers__of(TASK(task, pid));
	struct wf_caller *caller;

	if (!numbers || numbers->caller == NOT_OURS)
		return 0;
	if (!numbers->caller)
		return caller__make(task, numbers);
	caller = caller__at(numbers->caller - 1);
	return caller && caller->task == (__u64)task ? caller : 0;
}

/* Its thread has ended: sends what it has called. */
static __always_inline void caller__end(__u32 number)
{
	struct wf_caller *caller = number && number != NOT_OURS ? caller__at(number - 1) : 0;
	struct wf_calls calls = {.type = WF_RECORD_CALLS};
	__u32 index = number - 1;
	__u64 any = 0;

	if (!caller || !caller->tid)
		return;
	calls.tid = caller->tid;
	calls.tgid = caller->tgid;
	for (int i = 0; i < WF_PROBES; i++) {
		calls.calls[i] = caller->points[i].calls;
		any |= calls.calls[i];
	}
	/* With no room in the ring the caller is kept, and read when the capture ends. */
	if (any && bpf_ringbuf_output(&ring, &calls, sizeof(calls), wakeup()))
		return;
	caller->tid = 0;
	bpf_map_push_elem(&free_callers, &index, BPF_ANY);
}

/* A thread that found no slot has ended; it may have called all the same. */
static __always_inline void caller__forget(__u32 tid)
{
	struct numbers *numbers = numbers__of(tid);

	if (!numbers)
		return;
	caller__end(numbers->caller);
	*numbers = (struct numbers){};
}

static __always_inline int calls__count_at(__u64 now)
{
	return now >= window_start && now < window_end;
}

/* Whether this call is to be timed, and with which p. */
static __always_inline int point__draw(struct wf_caller *caller, struct wf_point *point)
{
	if (point->slice != calls_slice || !point->next_halving) {
		point->slice = calls_slice;
		point->calls_in_slice = 0;
		point->next_halving = calls_budget;
		point->halvings = 0;
	}
	if (++point->calls_in_slice > point->next_halving && point->halvings < MOST_HALVINGS) {
		point->next_halving <<= 1;
		point->halvings++;
	}
	return !(random_next(&caller->random) & ((1U << (point->halvings & 31)) - 1));
}

/* Where a call is: the number of the probed place, and an address on the stack that is the same
 * when the call ends; never 0. */
struct spot {
	__u64 frame;
	__u32 place;
	__u32 nests; /* calls of the place may be inside others of it */
};

/* Whether a call that begins is inside the open one. */
static __always_inline int point__has_inside(const struct wf_point *point, const struct spot *spot)
{
	if (spot->place == point->place)
		return spot->nests && spot->frame < point->frame;
	return spot->frame <= point->frame;
}

static __always_inline void call__begin(__u32 probe, const struct spot *spot)
{
	struct wf_caller *caller;
	struct wf_point *point;
	__u64 now = 0;

	if (!calls_unchecked) {
		now = bpf_ktime_get_ns();
		if (!calls__count_at(now))
			return;
	}
	caller = caller__get();
	if (!caller || probe >= WF_PROBES)
		return;
	point = &caller->points[probe];
	if (point->frame) {
		if (point__has_inside(point, spot))
			return;
		if (point->since_ns)
			count_loss(&losses.call_ends);
	}
	point->frame = spot->frame;
	point->place = spot->place;
	point->since_ns = 0;
	point->calls++;
	if (!point__draw(caller, point))
		return;
	if (!now)
		now = bpf_ktime_get_ns();
	if (now >= window_end) { /* nobody had the time to say that the end is near */
		calls_unchecked = 0;
		point->calls--;
		point->frame = 0;
		return;
	}
	point->since_ns = now;
}

static __always_inline void call__walk(void *ctx, struct wf_cpu *cpu, struct wf_caller *caller,
				       const struct wf_call *call, __u64 function, __u32 halvings)
{
	__u64 p = call->ns > 0xffffffffULL ? ONE : probability_of(call->ns);
	__u32 at = CALL_SCRATCH;
	struct wf_stack *stack;

	if (p < ONE && random_next(&caller->random) >= p)
		return;
	stack = bpf_map_lookup_elem(&scratch, &at);
	if (!stack)
		return;
	/* Where the kernel may be preempted, so may whoever fills this in. */
	if (cpu->walking) {
		count_loss(&losses.call_stacks);
		return;
	}
	cpu->walking = 1;
	stack->type = WF_RECORD_CALL_STACK;
	stack->tid = caller->tid;
	stack->tgid = caller->tgid;
	stack->sequence = 0;
	stack->time_ns = call->begin_ns;
	stack->probability = p >> (halvings & 31); /* 2^32 becomes 0; both stay above 2^-32 */
	stack->syscall = -1;
	stack->futex_op = -1;
	stack->state = call->probe;
	stack->lock_kind = 0;
	stack->lock_address = function;
	stack->lock_wait_ns = call->ns;
	if (stack__send(ctx, stack, WF_COPIER_CALL))
		count_loss(&losses.call_stacks);
	cpu->walking = 0;
}

static __always_inline void call__send(void *ctx, struct wf_caller *caller, struct wf_call *call,
				       __u64 function, __u32 halvings)
{
	struct wf_cpu *cpu = this_cpu();

	if (!cpu)
		return;
	call->type = WF_RECORD_CALL;
	call->tid = caller->tid;
	call->tgid = caller->tgid;
	call->probability = ONE >> (halvings & 31); /* 2^32 becomes 0 */
	/* The ring's lock must not be taken for the target's. */
	cpu->busy = 1;
	if (bpf_ringbuf_output(&ring, call, sizeof(*call), wakeup()))
		count_loss(&losses.calls);
	call__walk(ctx, cpu, caller, call, function, halvings);
	cpu->busy = 0;
}

/* function: the address of the probed one, 0: not known. */
static __always_inline void call__end(void *ctx, __u32 probe, const struct spot *spot,
				      __u64 function)
{
	struct wf_caller *caller = caller__get();
	struct wf_call call = {.probe = probe};
	struct wf_point *point;
	__u64 now;

	if (!caller || probe >= WF_PROBES)
		return;
	point = &caller->points[probe];
	if (point->frame != spot->frame || point->place != spot->place)
		return; /* inside another one, or it began before the window */
	call.begin_ns = point->since_ns;
	if (call.begin_ns) {
		now = bpf_ktime_get_ns();
		/* It stays open, and the collector cuts it off where the window ends. */
		if (now >= window_end)
			return;
		call.ns = now - call.begin_ns;
	}
	point->since_ns = 0;
	point->frame = 0;
	if (call.begin_ns)
		call__send(ctx, caller, &call, function, point->halvings);
}

/* A wait that has been timed already is a call too. */
static __always_inline void call__add(void *ctx, __u32 probe, __u64 begin, __u64 now)
{
	struct wf_call call = {.probe = probe, .begin_ns = begin, .ns = now - begin};
	struct wf_caller *caller = caller__get();

	if (!caller || probe >= WF_PROBES)
		return;
	caller->points[probe].calls++;
	call__send(ctx, caller, &call, 0, 0);
}

/* include/linux/fs.h: every inode has its own address in i_data.host (inode_init_always(),
 * fs/inode.c), which says whether this lock is the i_rwsem of one. */
static __always_inline int is_inode_lock(__u64 semaphore)
{
	__u64 address = semaphore - bpf_core_field_offset(struct inode, i_rwsem);

	return (__u64)BPF_CORE_READ((struct inode *)address, i_data.host) == address;
}

#endif
