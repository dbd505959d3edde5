/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Maps, settings and the way from a task to its slot. */
#ifndef WALLFLAME_BPF_MAPS_H
#define WALLFLAME_BPF_MAPS_H

#include "bpf/kernel_types.h"
#include "bpf/records.h"

/* Set before loading. */
const volatile __u32 max_threads = 1; /* slots */
const volatile __u64 slice_ns = 1000000000;
const volatile __u64 long_span_ns = 10000000; /* reported one by one even when not drawn */
const volatile __u64 ring_wakeup_bytes = 1 << 20;
const volatile __u8 prev_state_is_passed = 1; /* to sched_switch, Linux 5.18 */
const volatile __u8 can_cast = 0; /* bpf_rdonly_cast() is there */
const volatile __u32 max_stack = 127; /* kernel.perf_event_max_stack bounds bpf_get_stack() */

/* The ledger may be kept for a part of the time only: bpf/cover.bpf.h. */
const volatile __u8 bounds_ledger = 0;
const volatile __u64 cover_seed = 0;

/* What all objects of a capture share: they use one map of it, so it is the same in all of them. */
#define SHARED SEC(".data.shared")

/* Set while recording. Nothing is booked before window_start and nothing happens after window_end.
 */
volatile __u64 window_start SHARED = ~0ULL;
volatile __u64 window_end SHARED = ~0ULL;
/* p = average span / T as 32-bit fixed point: 2^32 / T, and the floor of p. */
volatile __u64 draw_scale SHARED = 0;
volatile __u64 draw_floor SHARED = 0;
volatile __u32 copy_bytes SHARED = WF_COPY_BYTES; /* of a user stack, at most */
/* Of 2^32 pieces of time the ledger is kept in so many; and whether that has ever been less. */
volatile __u64 cover_below SHARED = WF_COVER_ALWAYS;
volatile __u32 cover_bounded SHARED = 0;
/* Calls of probe points: set in the middle of the window, where no call needs to look at the clock
 * to know that it is inside. */
volatile __u32 calls_unchecked SHARED = 0;
volatile __u32 calls_slice SHARED = 0; /* changes when a slice is over */
volatile __u32 calls_budget SHARED =
	1; /* so many of a slice are all timed, of a thread and point */
volatile __u32 inode_waits SHARED = 0; /* waits for an inode's lock are calls of that point */

/* All zero: copied from, because one helper call is shorter than a hundred stores. */
const struct wf_thread blank = {};

struct wf_losses losses SHARED = {};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1); /* set before loading */
	__type(key, __u32);
	__type(value, struct wf_thread);
} slots SEC(".maps");

/* Slots of no thread; all of them at first. */
struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 1); /* set before loading */
	__type(value, __u32);
} free_slots SEC(".maps");

/*
 * A thread's numbers: of its slot and of its caller (bpf/calls.bpf.h) + 1, 0 for one not seen yet,
 * or NOT_OURS. Two, because a probe point's program may be interrupted by a switch: each kind makes
 * its own.
 */
#define NOT_OURS (~0U)
#define MOVED_ASLEEP (NOT_OURS - 1) /* as a slot's: not seen yet, but see on_migrate */
struct numbers {
	__u32 slot;
	__u32 caller;
};

/*
 * By tid. An array as long as pid_max is the quickest way from a task to its slot, and the only one
 * that never allocates or takes a lock: sched_switch is no place for either.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* set before loading */
	__type(key, __u32);
	__type(value, struct numbers);
} numbers_of_tid SEC(".maps");

/*
 * The processes of the target with the start time of each, so that another process that is given
 * the number of one that has ended is not taken for it. 0: not known yet. Memory is taken as rows
 * come.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 20);
	__type(key, __u32); /* tgid */
	__type(value, __u64);
} targets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct wf_cpu);
} cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4); /* for leaving, locks, arrival and calls: they can nest */
	__type(key, __u32);
	__type(value, struct wf_stack);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__type(key, struct wf_lock_key);
	__type(value, struct wf_lock_sum);
} lock_sums SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20); /* set before loading */
} ring SEC(".maps");

static __always_inline void count_loss(__u64 *loss)
{
	__sync_fetch_and_add(loss, 1);
}

/* What the thread itself knows was lost. */
static __always_inline void thread__lose(struct wf_thread *thread, enum wf_lost kind, __u64 *loss)
{
	thread->lost[kind]++;
	count_loss(loss);
}

/* The reader sleeps; it is woken only when there is enough to be worth it. */
static __always_inline __u64 wakeup(void)
{
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) >= ring_wakeup_bytes
		       ? BPF_RB_FORCE_WAKEUP
		       : BPF_RB_NO_WAKEUP;
}

static __always_inline struct wf_cpu *this_cpu(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&cpus, &zero);
}

static __always_inline struct wf_thread *slot__at(__u32 index)
{
	return bpf_map_lookup_elem(&slots, &index);
}

/* A new slot's number, or max_threads when there is none. */
static __always_inline __u32 slot__take(void)
{
	__u32 index;

	return bpf_map_pop_elem(&free_slots, &index) ? max_threads : index;
}

static __always_inline int target__has(struct task_struct *task)
{
	__u32 tgid = TASK(task, tgid);
	__u64 *started = bpf_map_lookup_elem(&targets, &tgid);
	__u64 start;

	if (!started)
		return 0;
	start = READS_DIRECTLY ? task->group_leader->start_time
			       : BPF_CORE_READ(task, group_leader, start_time);
	if (!*started)
		*started = start;
	return *started == start;
}

/* The slot of a number, if it is that task's. */
static __always_inline struct wf_thread *slot__of_task(const __u32 *number,
						       struct task_struct *task)
{
	struct wf_thread *thread = number && *number && *number != NOT_OURS ? slot__at(*number - 1)
									    : 0;

	return thread && thread->task == (__u64)task ? thread : 0;
}

static __always_inline struct numbers *numbers__of(__u32 tid)
{
	return bpf_map_lookup_elem(&numbers_of_tid, &tid);
}

static __always_inline __u32 *slot__of(__u32 tid)
{
	struct numbers *numbers = numbers__of(tid);

	return numbers ? &numbers->slot : 0;
}

/* The slot of the current task if it has one: for programs that must not make one. */
static __always_inline struct wf_thread *thread__find(struct task_struct *task)
{
	return slot__of_task(slot__of(TASK(task, pid)), task);
}

/* The slot of the current task, made at its first switch if it belongs to the target. */
static __always_inline struct wf_thread *thread__get(struct task_struct *task, __u64 on)
{
	__u32 *number = slot__of(TASK(task, pid));
	__u8 moved = number && *number == MOVED_ASLEEP;
	__u32 index;
	struct wf_thread *thread;

	if (number && *number && !moved)
		return slot__of_task(number, task);
	if (!target__has(task)) {
		if (number)
			*number = NOT_OURS;
		return 0;
	}
	index = number ? slot__take() : max_threads;
	thread = index < max_threads ? slot__at(index) : 0;
	if (!thread) {
		count_loss(&losses.threads);
		if (number)
			*number = NOT_OURS; /* counted once */
		return 0;
	}
	*number = index + 1;
	bpf_probe_read_kernel(thread, sizeof(*thread), &blank);
	thread->type = WF_RECORD_THREAD;
	thread->tid = TASK(task, pid);
	thread->tgid = TASK(task, tgid);
	thread->task = (__u64)task;
	thread->start_ns = TASK(task, start_time);
	thread->first_on_ns = on;
	thread->first_run_delay = moved ? 0 : TASK(task, sched_info.run_delay);
	thread->moved_asleep = moved;
	thread->random = bpf_get_prandom_u32() | 1;
	return thread;
}

#endif
