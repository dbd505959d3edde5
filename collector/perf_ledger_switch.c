// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Who comes onto a CPU and who leaves it. */
#include "collector/perf_ledger_private.h"

#include "bpf/interval.h"
#include "collector/perf_locks.h"
#include "collector/perf_waits.h"
#include "store/model.h"

#include <string.h>

/* What is missing before the window is no loss. */
static void count_missing(struct perf_ledger *ledger, uint64_t count)
{
	if (ledger->now_ns >= ledger->window.start_ns)
		ledger->missing += count;
}

/* A thread that slept must have been woken. */
static bool wakeup_is_missing(const struct perf_ledger *ledger, const struct perf_thread *thread)
{
	return ledger->sees_wakeups && thread->slot.off_ns && !thread->queued_ns;
}

/* clock_ns: of the run queue. */
static void come_on(struct perf_ledger *ledger, struct perf_thread *thread, int32_t cpu,
		    uint64_t now_ns, uint64_t clock_ns)
{
	uint64_t wait_ns = thread->queued_ns && clock_ns > thread->queued_ns
				   ? clock_ns - thread->queued_ns
				   : 0;

	perf_waits__compare(thread, now_ns);
	perf_waits__count(thread, wait_ns, wakeup_is_missing(ledger, thread));
	count_missing(ledger, wakeup_is_missing(ledger, thread));
	thread->on_ns = MAX(now_ns, thread->slot.start_ns);
	thread->wait_ns += wait_ns;
	thread->run_delay_ns += wait_ns;
	thread->queued_ns = 0;
	if (!thread->slot.off_ns) {
		thread->slot.first_on_ns = thread->on_ns;
		thread->slot.first_run_delay = thread->run_delay_ns;
	}
	thread->cpu = cpu;
}

/* What is told of a thread that leaves its CPU. */
struct leaving {
	uint64_t told_ns; /* 0: it was not told */
	uint64_t now_ns;
	uint64_t clock_ns; /* of the run queue */
	uint8_t state;
};

/* What it ran: as it was charged, where the scheduler tells that of threads of its class. */
static uint64_t run_of(const struct perf_ledger *ledger, const struct perf_thread *thread,
		       uint64_t now_ns)
{
	uint64_t on_for_ns = now_ns - MIN(thread->on_ns, now_ns);

	if (ledger->charges && (thread->run_ns || on_for_ns <= CLOCK_LAG_NS))
		return thread->run_ns;
	return on_for_ns;
}

static void go_off(struct perf_ledger *ledger, struct perf_thread *thread,
		   const struct leaving *leaving)
{
	struct wf_thread *slot = &thread->slot;
	struct perf_turn turn = {
		.on_ns = thread->on_ns,
		.now_ns = MAX(leaving->now_ns, thread->on_ns),
		.run_ns = run_of(ledger, thread, leaving->now_ns),
		.wait_ns = perf_waits__make_up(thread),
	};

	slot->off_ns = perf_slot__close(slot, &turn, &ledger->window, &ledger->sink);
	slot->run_delay = thread->run_delay_ns;
	thread->cpu = PERF_CPU_NONE;
	thread->run_ns = thread->wait_ns = 0;
	thread->left_ns = leaving->told_ns;
	if (leaving->state == PERF_STATE_DEAD) {
		perf_ledger__end(ledger, thread);
		return;
	}
	thread->queued_ns = leaving->state == WF_PREEMPTED ? leaving->clock_ns : 0;
	thread->waits.since_ns = leaving->told_ns;
	perf_locks__drop_spins(thread);
	slot->syscall = thread->syscall;
	slot->state = leaving->state;
	slot->drawn = 0;
	slot->sequence++;
	ledger->stray_stacks += !perf_stack__send_early(thread, leaving->told_ns, &ledger->sink);
}

/* When its CPU was last heard of; and to where nobody knows. */
void perf_ledger__infer_leave(struct perf_ledger *ledger, struct perf_thread *thread)
{
	struct perf_cpu *cpu = &ledger->cpus[thread->cpu];
	struct leaving leaving = {
		.now_ns = cpu->read_ns,
		.clock_ns = cpu->clock_ns,
		.state = WF_INTERRUPTIBLE,
	};

	count_missing(ledger, !cpu->unsure);
	if (cpu->tid == thread->number)
		cpu->known = false;
	thread->syscall = SYSCALL_UNKNOWN;
	go_off(ledger, thread, &leaving);
}

/* Whoever is on the CPU by our count must have left it, if it is not `tid`. Linux 6.18 was seen
 * not to report some switches of some threads, and not to count them as lost. */
static void expect(struct perf_ledger *ledger, struct perf_cpu *cpu, uint32_t tid)
{
	struct perf_thread *other;

	if (!cpu->known || cpu->tid == tid)
		return;
	other = perf_ledger__thread(ledger, cpu->tid);
	if (other && other->cpu == (int32_t)(cpu - ledger->cpus))
		perf_ledger__infer_leave(ledger, other);
	cpu->known = false;
}

/* When it came onto the CPU is missing; what it was charged since it left one tells. */
static void infer_arrival(struct perf_ledger *ledger, struct perf_thread *thread,
			  const struct perf_moment *at, uint64_t last_ns)
{
	uint64_t on_ns = MAX(last_ns, MAX(thread->slot.off_ns, thread->queued_ns));

	if (thread->cpu >= 0)
		perf_ledger__infer_leave(ledger, thread);
	if (thread->run_ns)
		on_ns = MAX(on_ns, at->time_ns - MIN(thread->run_ns, at->time_ns));
	else
		count_missing(ledger, !ledger->cpus[at->cpu].unsure);
	on_ns = MIN(on_ns, at->time_ns);
	come_on(ledger, thread, (int32_t)at->cpu, on_ns, on_ns);
}

void perf_ledger__place(struct perf_ledger *ledger, uint32_t tid, uint32_t cpu_or_none)
{
	if (tid < ledger->pid_max)
		ledger->cpu_of_tid[tid] = (uint16_t)cpu_or_none;
}

/* Since before the first event: then it was charged since then, if the scheduler tells that. */
static bool was_on_all_along(const struct perf_ledger *ledger, const struct perf_thread *thread,
			     uint64_t now_ns)
{
	return thread->cpu == PERF_CPU_UNSEEN &&
	       (!ledger->charges || !thread->run_ns ||
		now_ns <= ledger->began_ns + thread->run_ns + CLOCK_LAG_NS);
}

static void leave(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t tid,
		  uint8_t state)
{
	struct perf_cpu *cpu = &ledger->cpus[at->cpu];
	struct perf_thread *thread = perf_ledger__thread(ledger, tid);
	uint64_t last_ns = cpu->read_ns;
	struct leaving leaving = {.told_ns = at->time_ns, .now_ns = at->time_ns, .state = state};

	expect(ledger, cpu, tid);
	perf_ledger__place(ledger, tid, 0);
	leaving.clock_ns = perf_cpu__switch(cpu, at->time_ns);
	if (!ledger->charges)
		leaving.clock_ns = cpu->clock_ns = at->time_ns;
	if (!thread)
		return;
	if (was_on_all_along(ledger, thread, at->time_ns))
		thread->queued_ns = 0;
	else if (thread->cpu != (int32_t)at->cpu)
		infer_arrival(ledger, thread, at, last_ns);
	go_off(ledger, thread, &leaving);
}

static void arrive(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t tid)
{
	struct perf_cpu *cpu = &ledger->cpus[at->cpu];
	struct perf_thread *thread = perf_ledger__thread(ledger, tid);

	if (thread && thread->cpu >= 0)
		perf_ledger__infer_leave(ledger, thread);
	cpu->known = true;
	cpu->unsure = false;
	cpu->tid = tid;
	cpu->on_ns = at->time_ns;
	perf_ledger__place(ledger, tid, at->cpu + 1);
	if (thread)
		come_on(ledger, thread, (int32_t)at->cpu, at->time_ns, cpu->clock_ns);
}

/* What was read of a thread's waits as the window closed is of after this one. */
static void refute_reading(const struct perf_ledger *ledger, const struct perf_moment *at,
			   uint32_t tid)
{
	struct perf_thread *thread = perf_ledger__thread(ledger, tid);

	if (thread && at->time_ns <= thread->waits.to_ns)
		thread->waits.to_ns = 0;
}

void perf_ledger__switch(struct perf_ledger *ledger, const struct perf_moment *at,
			 const struct perf_switch *what)
{
	struct perf_thread *prev = perf_ledger__thread(ledger, what->prev);

	if (perf_ledger__is_over(ledger, at)) {
		refute_reading(ledger, at, what->next);
		return;
	}
	if (prev)
		memcpy(prev->slot.comm, what->prev_comm, WF_COMM);
	leave(ledger, at, what->prev, what->prev_state);
	arrive(ledger, at, what->next);
}

void perf_ledger__leave(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t tid,
			uint8_t state)
{
	if (perf_ledger__is_over(ledger, at))
		return;
	leave(ledger, at, tid, state);
	ledger->cpus[at->cpu].known = false;
}

void perf_ledger__arrive(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t tid)
{
	struct perf_cpu *cpu;

	if (perf_ledger__is_over(ledger, at))
		return;
	cpu = &ledger->cpus[at->cpu];
	expect(ledger, cpu, 0);
	perf_cpu__switch(cpu, at->time_ns);
	arrive(ledger, at, tid);
}

void perf_ledger__woke(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t tid,
		       uint32_t on_cpu)
{
	struct perf_thread *thread = perf_ledger__thread(ledger, tid);

	ledger->sees_wakeups = true;
	/* One that is on a CPU, or waits for one already, was woken before it slept. */
	if (!thread || perf_ledger__is_over(ledger, at) || thread->cpu >= 0 || thread->queued_ns)
		return;
	thread->queued_ns = on_cpu < ledger->cpu_count
				    ? perf_cpu__enqueue(&ledger->cpus[on_cpu], at->time_ns)
				    : at->time_ns;
	thread->waits.since_ns = at->time_ns;
}

void perf_ledger__ran(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t tid,
		      uint64_t ns)
{
	struct perf_thread *thread = perf_ledger__thread(ledger, tid);
	struct perf_cpu *cpu;

	ledger->charges = true;
	if (perf_ledger__is_over(ledger, at) || tid >= ledger->pid_max)
		return;
	if (thread)
		thread->run_ns += ns;
	if (!ledger->cpu_of_tid[tid])
		return;
	/* Not always the CPU that tells: a wake-up from elsewhere charges who is on the CPU that it
	 * wakes a thread for. */
	cpu = &ledger->cpus[ledger->cpu_of_tid[tid] - 1];
	if (cpu->known && cpu->tid == tid)
		perf_cpu__charge(cpu, at->time_ns, ns);
}

void perf_ledger__waited_for_io(struct perf_ledger *ledger, const struct perf_moment *at,
				uint32_t tid)
{
	struct perf_thread *thread = perf_ledger__thread(ledger, tid);

	if (thread && !perf_ledger__is_over(ledger, at) && thread->cpu == PERF_CPU_NONE &&
	    thread->slot.state == WF_UNINTERRUPTIBLE)
		thread->slot.state = WF_IO_WAIT;
}

void perf_ledger__lost(struct perf_ledger *ledger, const struct perf_moment *at, uint64_t count)
{
	ledger->now_ns = at->time_ns;
	count_missing(ledger, count);
	if (at->cpu < ledger->cpu_count)
		ledger->cpus[at->cpu].unsure = true;
}
