// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The sampled half of the books: stacks and what they stand for. */
#include "bpf/interval.h"
#include "collector/books.h"
#include "collector/books_private.h"
#include "collector/engine.h"

#include <glib.h>
#include <linux/futex.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>

bool books__keep_error(struct books *books, store_id id)
{
	if (id < 0 && !books->status)
		books->status = (int)id;
	return id < 0;
}

store_id books__intern(struct books *books, struct thread *thread, const struct wf_stack *record)
{
	struct user_copy unwound;
	struct wf_copy *copy = books__take_copy(thread, record, &unwound);
	struct raw_stack raw = {
		.pid = thread->process->pid,
		.space = thread->process->space,
		.time_ns = (int64_t)record->time_ns,
		.kernel = (const uint64_t *)record->frames,
		.kernel_count = record->kernel_frames,
		.user = (const uint64_t *)record->frames + record->kernel_frames,
		.user_count = record->user_frames,
		.copy = copy ? &unwound : NULL,
		.kernel_cut = record->flags & WF_STACK_KERNEL_CUT,
		.user_cut = record->flags & WF_STACK_USER_CUT,
		.no_user = record->flags & WF_STACK_NO_USER,
		.of_call = record->type == WF_RECORD_CALL_STACK,
		.function = record->type == WF_RECORD_CALL_STACK ? record->lock_address : 0,
	};

	store_id id;

	if (record->flags & WF_STACK_COPIED && !copy && !record->user_frames)
		raw.no_user = true;
	id = stack_table__intern(books->stacks, &raw);
	g_free(copy);
	return id;
}

/* Threads that ended before the window opened may never have become known. */
static bool is_inside(const struct books *books, uint64_t time_ns)
{
	return books->window.t0_ns && (int64_t)time_ns >= books->window.t0_ns;
}

static void on_stack(struct books *books, const void *data)
{
	const struct wf_stack *record = data;
	struct thread *thread = roster__find_thread(books->roster, (pid_t)record->tid);
	store_id stack;

	if (!thread) {
		books->unmatched += is_inside(books, record->time_ns);
		return;
	}
	stack = books__intern(books, thread, record);
	if (books__keep_error(books, stack))
		return;
	thread->pending = (struct pending_stack){
		.set = true,
		.sequence = record->sequence,
		.stack = stack,
		.lock = record->lock_kind,
		.futex_op = record->futex_op,
	};
}

void books__span_evidence(struct books *books, const struct stratum *what, const struct span *span,
			  const struct draw *draw)
{
	struct pending_stack *pending = &what->thread->pending;
	bool matched = draw->drawn && pending->set && pending->sequence == draw->sequence;
	struct long_span longest = {
		.thread = what->thread,
		.off_ns = span->off_ns,
		.on_ns = span->on_ns,
		.runqueue_ns = span->runqueue_ns,
		.state = what->state,
		.syscall = what->syscall,
		.stack = matched ? pending->stack : 0,
	};
	struct sample sample = {
		.stack = pending->stack,
		.lock = pending->lock,
		.futex_op = pending->futex_op,
		.scale = 1 / books__probability(draw->probability),
	};

	if (span->on_ns - span->off_ns >= ENGINE_LONG_SPAN_NS)
		longest__add(books->longest, &longest);
	if (!draw->drawn)
		return;
	pending->set = false;
	if (!matched)
		books->unmatched++;
	else if (sample.stack)
		books__spread(books, what, span, 1, &sample);
}

void books__sleep_evidence(struct books *books, const struct stratum *what, const struct span *span)
{
	const struct procfs_sleep *sleep = &what->thread->snapshot->sleep;
	struct sample sample = {
		.stack = what->thread->snapshot->stack,
		.scale = 1,
		.futex_op = FUTEX_OP_NONE,
	};

	if (!sample.stack)
		return;
	if (sleep->in_syscall && sleep->syscall == SYS_futex)
		sample.futex_op = (int)(sleep->args[1] & FUTEX_CMD_MASK);
	books__spread(books, what, span, 0, &sample);
}

static void on_span(struct books *books, const void *data)
{
	const struct wf_span *record = data;
	struct span span = {
		.off_ns = (int64_t)record->off_ns,
		.on_ns = (int64_t)record->on_ns,
		.runqueue_ns = (int64_t)record->runqueue_ns,
	};
	struct draw draw = {
		.drawn = record->drawn,
		.sequence = record->sequence,
		.probability = record->probability,
	};
	struct stratum stratum = {
		.thread = roster__find_thread(books->roster, (pid_t)record->tid),
		.state = record->state,
		.syscall = books__syscall(record->syscall),
		.class = class_of(span.on_ns - span.off_ns),
	};

	if (!stratum.thread) {
		books->unmatched += record->drawn && is_inside(books, record->on_ns);
		return;
	}
	if (stratum.state == STATE_PREEMPTED)
		span.runqueue_ns = 0; /* the whole of it is waiting for a CPU */
	books__span_evidence(books, &stratum, &span, &draw);
}

static void on_lock_stack(struct books *books, const void *data)
{
	const struct wf_stack *record = data;
	struct thread *thread = roster__find_thread(books->roster, (pid_t)record->tid);
	struct lock_stack stack = {
		.thread = thread,
		.slice = window__slice(&books->window, (int64_t)record->time_ns),
		.address = record->lock_address,
		.lock = record->lock_kind,
		.ns = (int64_t)record->lock_wait_ns,
		.scale = 1 / books__probability(record->probability),
	};

	if (!thread) {
		books->unmatched++;
		return;
	}
	stack.stack = books__intern(books, thread, record);
	if (!books__keep_error(books, stack.stack) && stack.stack)
		lock_book__add_stack(books->locks, &stack);
}

void books__lock_waits(struct books *books, const struct wf_lock_key *key,
		       const struct wf_lock_sum *sum)
{
	struct thread *thread = roster__find_thread(books->roster, (pid_t)key->tid);

	if (thread)
		lock_book__add_waits(books->locks, thread, key, sum);
	else
		books->unknown_waits += (int64_t)sum->count;
}

/* A wait that the kernel half's table had no room for. */
static void on_lock(struct books *books, const void *data)
{
	const struct wf_lock *record = data;
	struct wf_lock_sum sum = {.count = 1, .ns = record->ns, .max_ns = record->ns};

	books__lock_waits(books, &record->key, &sum);
}

static void on_birth(struct books *books, const void *data)
{
	const struct wf_birth *birth = data;
	struct process *process = roster__process(books->roster, (pid_t)birth->tgid);

	if (birth->tgid == birth->tid && (!process || process->end_ns))
		roster__born_process(books->roster, (pid_t)birth->tgid, (pid_t)birth->parent_tgid,
				     (int64_t)birth->time_ns);
	roster__thread(books->roster, (pid_t)birth->tgid, (pid_t)birth->tid,
		       (int64_t)birth->time_ns);
}

static void on_rename(struct books *books, const void *data)
{
	const struct wf_rename *rename = data;

	roster__rename(books->roster, (pid_t)rename->tid, (pid_t)rename->new_tid);
}

static void on_thread(struct books *books, const void *data)
{
	books__slot(books, data);
}

void books__record(struct books *books, const void *record, size_t size)
{
	static void (*const by_type[])(struct books *, const void *) = {
		[WF_RECORD_THREAD] = on_thread,
		[WF_RECORD_STACK] = on_stack,
		[WF_RECORD_SPAN] = on_span,
		[WF_RECORD_BIRTH] = on_birth,
		[WF_RECORD_RENAME] = on_rename,
		[WF_RECORD_LOCK] = on_lock,
		[WF_RECORD_LOCK_STACK] = on_lock_stack,
		[WF_RECORD_CALLS] = books__on_calls,
		[WF_RECORD_CALL] = books__on_call,
		[WF_RECORD_CALL_STACK] = books__on_call_stack,
		[WF_RECORD_COPY] = books__on_copy,
	};
	uint32_t type = *(const uint32_t *)record;

	(void)size; /* the programs and this file are built from one header */
	if (type < G_N_ELEMENTS(by_type) && by_type[type])
		by_type[type](books, record);
}

/* perf_event_open(2): a chain is runs of addresses, each after a mark that says whose they are. */
static void split_chain(const struct clock_event *event, struct raw_stack *raw)
{
	uint64_t context = 0;

	for (size_t i = 0; i < event->chain_length; i++) {
		if (event->chain[i] >= (uint64_t)PERF_CONTEXT_MAX) {
			context = event->chain[i];
		} else if (context == (uint64_t)PERF_CONTEXT_KERNEL) {
			if (!raw->kernel_count++)
				raw->kernel = &event->chain[i];
		} else if (context == (uint64_t)PERF_CONTEXT_USER) {
			if (!raw->user_count++)
				raw->user = &event->chain[i];
		}
	}
}

static void count_unplaced(struct books *books, const struct clock_event *event)
{
	const struct process *process = roster__process(books->roster, event->pid);

	if (!process)
		return; /* not the target's */
	if (event->tid < 0)
		books->ending++;
	else
		books->unplaced += !process->end_ns;
}

void books__sample(struct books *books, const struct clock_event *event, size_t max_chain)
{
	struct thread *thread = roster__find_thread(books->roster, event->tid);
	struct stratum stratum = {
		.thread = thread,
		.state = STATE_RUNNING,
		.syscall = SYSCALL_NONE,
	};
	struct amount amount = {.count = 1, .ns = (int64_t)event->period};
	struct sample sample = {.scale = 1, .futex_op = FUTEX_OP_NONE};
	struct raw_stack raw = {.pid = event->pid, .time_ns = event->time_ns};
	bool cut;

	/* A number may have passed to a stranger since; its end is by the run queue's clock. */
	if (!thread || thread->process->pid != event->pid ||
	    (thread->end_ns && event->time_ns >= thread->end_ns + CLOCK_LAG_NS)) {
		count_unplaced(books, event);
		return;
	}
	if (event->time_ns < roster__start_of(books->roster, thread))
		return;
	stratum.slice = window__slice(&books->window, event->time_ns);
	split_chain(event, &raw);
	raw.space = thread->process->space;
	raw.copy = event->copied ? &event->copy : NULL;
	raw.kernel_leaf_exact = true;
	cut = raw.kernel_count + raw.user_count >= max_chain;
	raw.user_cut = cut && raw.user_count;
	raw.kernel_cut = cut && !raw.user_count;
	sample.stack = stack_table__intern(books->stacks, &raw);
	if (!books__keep_error(books, sample.stack) && sample.stack)
		tally__add_evidence(books->tally, &stratum, &amount, &sample);
}
