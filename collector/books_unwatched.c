// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Time in which a thread's switches were not looked at, because the ledger was kept for a part of
 * the time only. How much of it the thread ran and waited for a CPU is in the kernel's own counts,
 * and so is whether there was a switch at all: where there was none, nothing is missing.
 */
#include "collector/books.h"
#include "collector/books_private.h"

#include <glib.h>

/* What the kernel has counted of a thread. */
struct counts {
	bool known;
	int64_t run_ns;
	int64_t runqueue_ns;
	uint32_t switches;
};

/* They are read from two files, between which the thread may end. */
static bool are_known(const struct store_oracle *books)
{
	return books->run_ns >= 0 && books->voluntary >= 0;
}

static struct counts counts_of(const struct store_oracle *books)
{
	return (struct counts){
		.known = are_known(books),
		.run_ns = books->run_ns,
		.runqueue_ns = books->runqueue_ns,
		.switches = (uint32_t)(books->voluntary + books->involuntary),
	};
}

/* From the beginning of its life in the window on. */
static struct counts counts_at_start(const struct thread *thread)
{
	static const struct store_oracle none;

	return counts_of(thread->snapshot ? &thread->snapshot->books : &none);
}

struct books_lump books__lump(int64_t from_ns, int64_t to_ns, int64_t run_ns, int64_t runqueue_ns)
{
	struct books_lump lump = {.off_ns = from_ns, .end_ns = MAX(to_ns, from_ns)};

	lump.on_ns = lump.end_ns - CLAMP(run_ns, 0, lump.end_ns - from_ns);
	lump.runqueue_ns = CLAMP(runqueue_ns, 0, lump.on_ns - from_ns);
	return lump;
}

struct span books__book_lump(struct books *books, struct stratum *stratum,
			     const struct books_lump *lump, int64_t count)
{
	struct span span = {lump->off_ns, lump->on_ns, lump->runqueue_ns};

	if (stratum->state == STATE_PREEMPTED)
		span.runqueue_ns = 0; /* the whole of it is waiting for a CPU */
	stratum->class = class_of(span.on_ns - span.off_ns);
	books__spread(books, stratum, &span, count, NULL);
	if (lump->end_ns > lump->on_ns)
		books__run(books, stratum->thread, lump->on_ns, lump->end_ns);
	return span;
}

/* Of a thread that has not switched since the window opened it is known where it slept. */
static bool slept_on(const struct thread *thread, uint32_t missed)
{
	return !missed && thread->snapshot && thread->snapshot->sleep.state != 'R';
}

void books__open_unwatched(struct books *books, struct thread *thread, const struct wf_thread *slot)
{
	int64_t start_ns = roster__start_of(books->roster, thread);
	struct counts before = counts_at_start(thread);
	/* Without this one. */
	uint32_t missed = before.known ? slot->first_switches - before.switches - 1 : 1;
	int64_t run_ns = before.known ? (int64_t)slot->first_exec_ns - before.run_ns : 0;
	int64_t wait_ns = before.known ? (int64_t)slot->first_run_delay - before.runqueue_ns : 0;
	struct stratum stratum = {
		.thread = thread, .state = STATE_UNOBSERVED, .syscall = SYSCALL_NONE};
	struct books_lump lump =
		books__lump(start_ns, (int64_t)slot->first_leave_ns, run_ns, wait_ns);
	struct span span;

	if (thread->opened)
		return;
	thread->opened = true;
	if (slept_on(thread, missed)) {
		stratum.state = books__state_of_letter(thread->snapshot->sleep.state);
		stratum.syscall = (int32_t)thread->snapshot->sleep.syscall;
	} else if (!missed) { /* born or woken, it waited for a CPU and ran */
		stratum.state = STATE_INTERRUPTIBLE;
		lump.runqueue_ns = lump.on_ns - lump.off_ns;
	}
	span = books__book_lump(books, &stratum, &lump, missed);
	if (slept_on(thread, missed))
		books__sleep_evidence(books, &stratum, &span);
}

void books__close_unwatched(struct books *books, const struct wf_thread *slot,
			    const struct standing *standing)
{
	struct counts now = counts_of(&standing->books);
	uint32_t missed = now.known ? now.switches - slot->switches : 1;
	int64_t run_ns = now.known ? now.run_ns - (int64_t)slot->exec_ns : 0;
	int64_t wait_ns =
		now.known && !slot->moved_asleep ? now.runqueue_ns - (int64_t)slot->run_delay : 0;
	int64_t t0_ns = books->window.t0_ns, began_ns = (int64_t)slot->off_ns;
	struct books_lump lump =
		books__lump(MAX(began_ns, t0_ns), standing->t1_ns, run_ns, wait_ns);
	struct stratum stratum = {
		.thread = roster__find_thread(books->roster, (pid_t)slot->tid),
		.state = missed ? STATE_UNOBSERVED : slot->state,
		.syscall = missed ? SYSCALL_NONE : books__syscall(slot->syscall),
	};
	struct draw draw = {
		.drawn = slot->drawn && !missed,
		.sequence = slot->sequence,
		.probability = wf_chance(slot->leaving_p, slot->arrival_p),
	};
	struct span span =
		books__book_lump(books, &stratum, &lump, missed + (began_ns >= t0_ns ? 1 : 0));

	if (!missed)
		books__span_evidence(books, &stratum, &span, &draw);
}

void books__close_unwatched_unseen(struct books *books, struct thread *thread,
				   const struct standing *standing)
{
	int64_t start_ns = roster__start_of(books->roster, thread);
	struct counts before = counts_at_start(thread), now = counts_of(&standing->books);
	struct wf_thread slot = {
		.first_leave_ns = (__u64)standing->t1_ns,
		.first_exec_ns = (__u64)now.run_ns,
		.first_run_delay = (__u64)now.runqueue_ns,
		.first_switches = now.switches + 1, /* as if it left now */
	};

	/* Nothing is known of it. */
	if (!now.known) {
		slot.first_exec_ns = (__u64)before.run_ns;
		slot.first_run_delay = (__u64)before.runqueue_ns;
		slot.first_switches = before.switches + 2;
	}
	if (start_ns < standing->t1_ns)
		books__open_unwatched(books, thread, &slot);
}
