// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Who belongs to the target: births, ends, new numbers. */
#include "collector/perf_ledger_private.h"

#include "collector/perf_calls.h"
#include "collector/perf_waits.h"
#include "store/model.h"

static void free_thread(gpointer data)
{
	struct perf_thread *thread = data;

	g_free(thread->early);
	g_free(thread);
}

struct perf_ledger *perf_ledger__new(uint32_t cpus, uint32_t pid_max,
				     const struct perf_window *window, const struct perf_sink *sink)
{
	struct perf_ledger *ledger = g_new0(struct perf_ledger, 1);

	ledger->window = *window;
	ledger->sink = *sink;
	ledger->cpu_count = cpus;
	ledger->cpus = g_new0(struct perf_cpu, cpus);
	ledger->pid_max = pid_max;
	ledger->by_tid = g_new0(struct perf_thread *, pid_max);
	ledger->cpu_of_tid = g_new0(uint16_t, pid_max);
	ledger->processes = g_hash_table_new(g_direct_hash, g_direct_equal);
	ledger->threads = g_hash_table_new_full(g_direct_hash, g_direct_equal, free_thread, NULL);
	return ledger;
}

void perf_ledger__free(struct perf_ledger *ledger)
{
	if (!ledger)
		return;
	g_hash_table_destroy(ledger->threads);
	g_hash_table_destroy(ledger->processes);
	g_free(ledger->cpu_of_tid);
	g_free(ledger->by_tid);
	g_free(ledger->cpus);
	g_free(ledger);
}

void perf_ledger__set_window(struct perf_ledger *ledger, uint64_t start_ns, uint64_t end_ns)
{
	ledger->window.start_ns = start_ns;
	ledger->window.end_ns = end_ns;
}

bool perf_ledger__is_over(struct perf_ledger *ledger, const struct perf_moment *at)
{
	ledger->now_ns = at->time_ns;
	if (!ledger->began_ns)
		ledger->began_ns = at->time_ns;
	return at->time_ns >= ledger->window.end_ns || at->cpu >= ledger->cpu_count;
}

void perf_ledger__add_process(struct perf_ledger *ledger, uint32_t pid)
{
	g_hash_table_add(ledger->processes, GUINT_TO_POINTER(pid));
}

struct perf_thread *perf_ledger__thread(const struct perf_ledger *ledger, uint32_t tid)
{
	return tid < ledger->pid_max ? ledger->by_tid[tid] : NULL;
}

static void forget(struct perf_ledger *ledger, uint32_t number)
{
	struct perf_thread *thread = perf_ledger__thread(ledger, number);

	ledger->by_tid[number] = NULL;
	g_hash_table_remove(ledger->threads, thread);
}

static struct perf_thread *add_thread(struct perf_ledger *ledger, uint32_t pid, uint32_t tid,
				      uint64_t start_ns)
{
	struct perf_thread *thread = g_new0(struct perf_thread, 1);

	thread->slot = perf_slot__new(tid, pid, start_ns);
	thread->number = tid;
	thread->cpu = start_ns ? PERF_CPU_NONE : PERF_CPU_UNSEEN;
	thread->queued_ns = start_ns; /* born, it waits for a CPU */
	thread->syscall = SYSCALL_UNKNOWN;
	thread->futex_op = -1;
	ledger->by_tid[tid] = thread;
	g_hash_table_add(ledger->threads, thread);
	return thread;
}

void perf_ledger__add_thread(struct perf_ledger *ledger, uint32_t pid, uint32_t tid,
			     uint64_t run_delay_ns)
{
	if (tid < ledger->pid_max && !ledger->by_tid[tid])
		add_thread(ledger, pid, tid, 0)->run_delay_ns = run_delay_ns;
}

void perf_ledger__end(struct perf_ledger *ledger, struct perf_thread *thread)
{
	thread->slot.flags |= WF_THREAD_EXITED;
	thread->slot.end_ns = thread->slot.off_ns;
	perf_waits__end(thread);
	perf_calls__flush(thread, &ledger->sink);
	perf_slot__flush(&thread->slot, &ledger->sink);
	forget(ledger, thread->number);
}

/* Its number is another's. */
static void infer_end(struct perf_ledger *ledger, struct perf_thread *thread)
{
	if (thread->cpu >= 0)
		perf_ledger__infer_leave(ledger, thread);
	if (thread->slot.off_ns)
		perf_ledger__end(ledger, thread);
	else
		forget(ledger, thread->number);
}

void perf_ledger__born(struct perf_ledger *ledger, const struct perf_moment *at,
		       const struct perf_birth *birth)
{
	struct wf_birth record = {
		.type = WF_RECORD_BIRTH,
		.tid = birth->tid,
		.tgid = birth->pid,
		.parent_tgid = birth->parent,
		.time_ns = at->time_ns,
	};
	struct perf_thread *found;
	const struct perf_thread *parent;

	if (perf_ledger__is_over(ledger, at) || birth->tid >= ledger->pid_max ||
	    !g_hash_table_contains(ledger->processes, GUINT_TO_POINTER(birth->parent))) {
		/* A number that was the target's is a stranger's now. */
		if (!perf_ledger__is_over(ledger, at) && birth->pid == birth->tid)
			g_hash_table_remove(ledger->processes, GUINT_TO_POINTER(birth->pid));
		return;
	}
	found = perf_ledger__thread(ledger, birth->tid);
	if (found && found->cpu == PERF_CPU_UNSEEN) {
		/* Found in /proc before its birth was read of. */
		found->slot.start_ns = found->queued_ns = at->time_ns;
		found->run_delay_ns = 0;
		found->cpu = PERF_CPU_NONE;
	} else {
		if (found)
			infer_end(ledger, found);
		add_thread(ledger, birth->pid, birth->tid, at->time_ns);
	}
	parent = perf_ledger__thread(ledger, birth->parent_tid);
	if (parent)
		perf_ledger__name(ledger, birth->tid, parent->slot.comm);
	perf_ledger__add_process(ledger, birth->pid);
	ledger->sink.emit(ledger->sink.ctx, &record, sizeof(record));
}

void perf_ledger__renamed(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t tid,
			  uint32_t new_tid)
{
	struct perf_thread *thread = perf_ledger__thread(ledger, tid);
	struct wf_rename record = {.type = WF_RECORD_RENAME, .new_tid = new_tid};
	struct perf_thread *first;
	struct perf_cpu *cpu;

	if (perf_ledger__is_over(ledger, at) || tid == new_tid || !thread ||
	    new_tid >= ledger->pid_max)
		return;
	/* The first thread has ended, but may not have left its CPU: it ends when it was last seen.
	 */
	first = perf_ledger__thread(ledger, new_tid);
	if (first)
		infer_end(ledger, first);
	record.tid = thread->slot.tid;
	cpu = thread->cpu >= 0 ? &ledger->cpus[thread->cpu] : NULL;
	if (cpu && cpu->tid == tid) {
		cpu->tid = new_tid;
		perf_ledger__place(ledger, tid, 0);
		perf_ledger__place(ledger, new_tid, (uint32_t)thread->cpu + 1);
	}
	ledger->by_tid[tid] = NULL;
	ledger->by_tid[new_tid] = thread;
	thread->number = new_tid;
	ledger->sink.emit(ledger->sink.ctx, &record, sizeof(record));
}

void perf_ledger__stack(struct perf_ledger *ledger, const struct perf_sample *sample, uint32_t tid,
			const struct perf_draw *draw)
{
	struct perf_thread *thread = perf_ledger__thread(ledger, tid);

	if (thread && sample->time_ns < ledger->window.end_ns)
		ledger->stray_stacks += !perf_stack__of_switch(thread, sample, draw, &ledger->sink);
}

void perf_ledger__executed(struct perf_ledger *ledger, const struct perf_moment *at, uint32_t pid)
{
	GHashTableIter iter;
	gpointer data;

	if (perf_ledger__thread(ledger, pid))
		return;
	g_hash_table_iter_init(&iter, ledger->threads);
	while (g_hash_table_iter_next(&iter, &data, NULL)) {
		const struct perf_thread *thread = data;

		if (thread->slot.tgid == pid && thread->cpu >= 0) {
			perf_ledger__renamed(ledger, at, thread->number, pid);
			return;
		}
	}
}

void perf_ledger__name(struct perf_ledger *ledger, uint32_t tid, const char *comm)
{
	struct perf_thread *thread = perf_ledger__thread(ledger, tid);

	if (thread)
		g_strlcpy(thread->slot.comm, comm, sizeof(thread->slot.comm));
}

const struct perf_window *perf_ledger__window_at(const struct perf_ledger *ledger, uint64_t time_ns)
{
	const struct perf_window *window = &ledger->window;

	return time_ns >= window->start_ns && time_ns < window->end_ns ? window : NULL;
}

const struct perf_sink *perf_ledger__sink(const struct perf_ledger *ledger)
{
	return &ledger->sink;
}

void perf_ledger__each_thread(struct perf_ledger *ledger,
			      void (*visit)(void *ctx, struct perf_thread *thread), void *ctx)
{
	GHashTableIter iter;
	gpointer thread;

	g_hash_table_iter_init(&iter, ledger->threads);
	while (g_hash_table_iter_next(&iter, &thread, NULL))
		visit(ctx, thread);
}

void perf_ledger__each_cpu(struct perf_ledger *ledger,
			   void (*visit)(void *ctx, const struct wf_cpu *cpu), void *ctx)
{
	for (uint32_t i = 0; i < ledger->cpu_count; i++) {
		struct wf_cpu cpu = {
			.on_ns = ledger->cpus[i].on_ns,
			.tid = ledger->cpus[i].tid,
		};

		if (ledger->cpus[i].known)
			visit(ctx, &cpu);
	}
}

uint64_t perf_ledger__missing(const struct perf_ledger *ledger)
{
	return ledger->missing;
}

uint64_t perf_ledger__stray_stacks(const struct perf_ledger *ledger)
{
	return ledger->stray_stacks;
}
