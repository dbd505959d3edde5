// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The ledger: exact time of every thread of the target by state, slice and system call, from the
 * scheduler's switches alone; and the evidence: stacks of spans drawn with a known probability.
 *
 * The leaving thread's own slot closes both its run and the span before it: how much of the time
 * since it last left it ran and how much it waited for a CPU the kernel has counted itself
 * (se.sum_exec_runtime, sched_info.run_delay). So neither the arriving thread nor wake-ups need be
 * looked at. One time stamp a CPU tells since when the threads that never leave have been on.
 */
#include "bpf/arrival.bpf.h"
#include "bpf/cover.bpf.h"
#include "bpf/ledger.bpf.h"
#include "bpf/locks.bpf.h"
#include "bpf/switch_clock.bpf.h"

/* The slot that was found as the thread came onto this CPU, if it still is its own. */
static __always_inline struct wf_thread *cpu__thread(const struct wf_cpu *cpu,
						     struct task_struct *task)
{
	struct wf_thread *thread = cpu->slot ? slot__at(cpu->slot - 1) : 0;

	return thread && thread->tid && thread->task == (__u64)task ? thread : 0;
}

/*
 * When the current thread came onto this CPU; 0 as in struct wf_cpu. Linux 6.18 was seen not to
 * report some switches of some threads (rq->nr_switches counts on), and a bounded ledger passes
 * some over: whoever came on by one of these has run since then what it was charged, and came on
 * later than was last seen. So has a thread that left in between by another one, and has run more
 * as it came on than when it was seen leaving.
 */
static __always_inline __u64 cpu__on(const struct wf_cpu *cpu, const struct wf_thread *thread,
				     struct task_struct *task, __u64 now)
{
	__u64 run = TASK(task, se.prev_sum_exec_runtime);
	__u64 on;

	if (!cpu->on_ns ||
	    (cpu->tid == (__u32)TASK(task, pid) && (!thread || run <= thread->exec_ns)))
		return cpu->on_ns;
	on = now - (TASK(task, se.sum_exec_runtime) - run);
	return (__s64)(on - cpu->on_ns) > 0 ? on : cpu->on_ns;
}

/* A thread of the target leaves its CPU. typed: the verifier knows the type of the task. */
static __always_inline void switch__leave(struct bpf_raw_tracepoint_args *ctx, struct wf_cpu *cpu,
					  struct task_struct *task, __u64 now, int typed)
{
	struct wf_thread *thread = cpu__thread(cpu, task);
	__u64 on = cpu__on(cpu, thread, task, now);

	if (!thread)
		thread = thread__get(task, on);
	if (thread)
		ledger__leave(ctx, task, thread, on, now, typed);
	else if (state_at_leaving(ctx, task) & TASK_DEAD)
		caller__forget(TASK(task, pid));
}

/* One thread leaves this CPU, another one comes on; the number of the idle task is 0. */
static __always_inline int switch__book(struct bpf_raw_tracepoint_args *ctx,
					struct task_struct *previous, struct task_struct *next,
					int typed)
{
	__u64 piece = cover__piece(previous);
	struct wf_cpu *cpu;
	__u64 now;

	/* Ends are always seen. */
	if (!cover__has(piece) && !(state_at_leaving(ctx, previous) & TASK_DEAD))
		return 0;
	cpu = this_cpu();
	if (!cpu)
		return 0;
	now = switch__now(cpu, previous);
	if (now >= window_end)
		return 0;
	cover__enter(cpu, piece);
	/* Our own locks (of the ring, of a map) must not be taken for the target's. */
	cpu->busy = 1;
	if (TASK(previous, pid))
		switch__leave(ctx, cpu, previous, now, typed);
	cpu->on_ns = now;
	cpu->tid = typed ? next->pid : BPF_CORE_READ(next, pid);
	cpu->slot = 0;
	if (typed && cpu->tid) {
		__u32 *number = slot__of(cpu->tid);
		struct wf_thread *thread = slot__of_task(number, next);

		if (thread) {
			cpu->slot = *number;
			arrival__draw(next, thread, now);
		}
	}
	cpu->busy = 0;
	return 0;
}

/* The arguments of a raw tracepoint are plain numbers to the verifier: read with care. */
SEC("raw_tp/sched_switch")
int on_switch(struct bpf_raw_tracepoint_args *ctx)
{
	return switch__book(ctx, current_task(), (struct task_struct *)ctx->args[2], 0);
}

/* In its place where the kernel lets it: the arguments have types, which saves calls, and the
 * arriving task can be walked. */
SEC("tp_btf/sched_switch")
int on_switch_typed(struct bpf_raw_tracepoint_args *ctx)
{
	return switch__book(ctx, (struct task_struct *)ctx->args[1],
			    (struct task_struct *)ctx->args[2], 1);
}

static __always_inline void announce_birth(struct task_struct *parent, struct task_struct *child)
{
	struct wf_birth birth = {
		.type = WF_RECORD_BIRTH,
		.tid = BPF_CORE_READ(child, pid),
		.tgid = BPF_CORE_READ(child, tgid),
		.parent_tgid = TASK(parent, tgid),
		.time_ns = BPF_CORE_READ(child, start_time),
	};
	struct numbers *numbers = numbers__of(birth.tid);

	if (numbers)
		*numbers = (struct numbers){}; /* whoever had the number before has ended */
	if (birth.tgid != birth.parent_tgid &&
	    bpf_map_update_elem(&targets, &birth.tgid, &birth.time_ns, BPF_ANY))
		count_loss(&losses.processes);
	if (bpf_ringbuf_output(&ring, &birth, sizeof(birth), wakeup()))
		count_loss(&losses.births);
}

SEC("raw_tp/sched_process_fork")
int on_fork(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *parent = current_task();
	struct wf_cpu *cpu = this_cpu();

	if (!cpu || bpf_ktime_get_ns() >= window_end || !target__has(parent))
		return 0;
	cpu->busy = 1;
	announce_birth(parent, (struct task_struct *)ctx->args[1]);
	cpu->busy = 0;
	return 0;
}

/*
 * The first thread has ended, but may not have left its CPU yet; when it does, its number is not
 * its own any more. So it ends here, when it was last seen.
 */
static __always_inline void leader__end(__u32 index)
{
	struct wf_thread *thread = slot__at(index);

	if (!thread || !thread->tid)
		return;
	thread->flags |= WF_THREAD_EXITED;
	thread->end_ns = thread->off_ns;
	if (thread__flush(thread))
		return;
	thread->tid = 0;
	bpf_map_push_elem(&free_slots, &index, BPF_ANY);
}

/*
 * exec(2) by a thread that is not the first one: it takes over the first one's number (de_thread(),
 * fs/exec.c). Its slot goes with it.
 */
SEC("raw_tp/sched_process_exec")
int on_exec(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = current_task();
	struct wf_cpu *cpu = this_cpu();
	__u32 old_tid = ctx->args[1];
	struct wf_rename rename = {
		.type = WF_RECORD_RENAME,
		.tid = old_tid,
		.new_tid = TASK(task, pid),
	};
	struct numbers *from, *to;

	if (!cpu || rename.new_tid == old_tid || bpf_ktime_get_ns() >= window_end ||
	    !target__has(task))
		return 0;
	from = numbers__of(old_tid);
	to = numbers__of(rename.new_tid);
	if (!from || !to)
		return 0;
	cpu->busy = 1;
	if (to->slot && to->slot != from->slot)
		leader__end(to->slot - 1);
	if (to->caller != from->caller)
		caller__end(to->caller);
	*to = *from;
	*from = (struct numbers){};
	if (bpf_ringbuf_output(&ring, &rename, sizeof(rename), wakeup()))
		count_loss(&losses.births);
	cpu->busy = 0;
	return 0;
}

/*
 * A thread that went to sleep may stand in its run queue until its turn comes and only then be
 * taken out (Linux 6.12: sched_delayed). Where it is moved to another run queue meanwhile, its
 * run_delay goes on from there until it runs again: kernel/sched/core.c, enqueue_task() calls
 * sched_info_enqueue() for it, and the later dequeue_entities() no sched_info_dequeue(). So all the
 * rest of its sleep is told as waiting for a CPU, and how long it did wait is not known.
 */
SEC("raw_tp/sched_migrate_task")
int on_migrate(struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (struct task_struct *)ctx->args[0];
	struct wf_thread *thread;
	__u32 *number;

	if (!BPF_CORE_READ(task, se.sched_delayed))
		return 0;
	number = slot__of(BPF_CORE_READ(task, pid));
	if (number && !*number)
		*number = MOVED_ASLEEP;
	/* It is not running, and the lock of its run queue is held: nobody else writes its slot. */
	thread = slot__of_task(number, task);
	if (thread)
		thread->moved_asleep = 1;
	return 0;
}

SEC("raw_tp/contention_begin")
int on_contention_begin(struct bpf_raw_tracepoint_args *ctx)
{
	return locks__begin(ctx->args[0], ctx->args[1]);
}

SEC("raw_tp/contention_end")
int on_contention_end(struct bpf_raw_tracepoint_args *ctx)
{
	return locks__end(ctx, ctx->args[0]);
}

/* GPL-only helpers want this; the source is under either licence named above. */
char LICENSE[] SEC("license") = "Dual MIT/GPL";
