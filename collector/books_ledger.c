// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The exact half of the books: slots, and what is open when the window opens and closes. */
#include "collector/books.h"
#include "collector/books_private.h"

#include <glib.h>
#include <string.h>

void books__spread(struct books *books, const struct stratum *what, const struct span *span,
		   int64_t count, const struct sample *sample)
{
	struct stratum stratum = *what;
	struct span_part part = {0};
	int64_t at_ns = span->off_ns;

	if (span->on_ns <= span->off_ns && count && !sample) { /* no time, but it counts */
		struct amount amount = {.count = count};

		stratum.slice = window__slice(&books->window, span->off_ns);
		tally__add_ledger(books->tally, &stratum, &amount);
	}
	while (window__next_part(&books->window, span, &at_ns, &part)) {
		struct amount amount = {
			.count = part.first ? count : 0,
			.ns = part.ns,
			.runqueue_ns = part.runqueue_ns,
		};

		stratum.slice = part.slice;
		if (sample)
			tally__add_evidence(books->tally, &stratum, &amount, sample);
		else
			tally__add_ledger(books->tally, &stratum, &amount);
	}
}

void books__run(struct books *books, struct thread *thread, int64_t from_ns, int64_t to_ns)
{
	struct stratum stratum = {
		.thread = thread, .state = STATE_RUNNING, .syscall = SYSCALL_NONE};
	struct span run = {.off_ns = from_ns, .on_ns = to_ns};

	books__spread(books, &stratum, &run, 1, NULL);
}

/* Before its first switch a thread was where it was when the window opened, or was being born. */
struct opening {
	struct stratum stratum;
	struct span span;
	bool slept; /* /proc told where */
};

int books__state_of_letter(int letter)
{
	static const struct {
		int letter;
		int state;
	} states[] = {
		{'D', STATE_UNINTERRUPTIBLE},
		{'I', STATE_UNINTERRUPTIBLE},
		{'T', STATE_STOPPED},
		{'t', STATE_STOPPED},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
		if (states[i].letter == letter)
			return states[i].state;
	return STATE_INTERRUPTIBLE;
}

/* run_delay_ns: the kernel's count of the thread's waits for a CPU when it first came onto one. */
static struct opening opening_of(const struct books *books, struct thread *thread, int64_t until_ns,
				 int64_t run_delay_ns)
{
	const struct thread_snapshot *snapshot = thread->snapshot;
	struct opening opening = {
		.stratum = {.thread = thread,
			    .state = STATE_INTERRUPTIBLE,
			    .syscall = SYSCALL_NONE},
		.span = {.off_ns = roster__start_of(books->roster, thread), .on_ns = until_ns},
	};
	int64_t length_ns = until_ns - opening.span.off_ns;

	if (!snapshot || snapshot->sleep.state == 'R') {
		/* Born or woken, it waits for a CPU: all of it is run-queue time. */
		opening.span.runqueue_ns = length_ns;
	} else {
		opening.slept = true;
		opening.stratum.state = books__state_of_letter(snapshot->sleep.state);
		opening.stratum.syscall = (int32_t)snapshot->sleep.syscall;
		if (snapshot->books.runqueue_ns >= 0)
			opening.span.runqueue_ns =
				CLAMP(run_delay_ns - snapshot->books.runqueue_ns, 0, length_ns);
	}
	opening.stratum.class = class_of(length_ns);
	return opening;
}

static void book_opening(struct books *books, struct thread *thread, int64_t until_ns,
			 int64_t run_delay_ns)
{
	struct opening opening;

	if (thread->opened)
		return;
	thread->opened = true;
	if (until_ns <= roster__start_of(books->roster, thread))
		return;
	opening = opening_of(books, thread, until_ns, run_delay_ns);
	/* The span began before the window: its time counts here, its beginning does not. */
	books__spread(books, &opening.stratum, &opening.span, 0, NULL);
	if (opening.slept)
		books__sleep_evidence(books, &opening.stratum, &opening.span);
}

static void book_stratum(struct books *books, struct thread *thread, uint32_t slice,
			 const struct wf_stratum *from)
{
	struct stratum stratum = {
		.thread = thread,
		.slice = slice,
		.state = (int)WF_KEY_STATE(from->key),
		.syscall = books__syscall(WF_KEY_SYSCALL(from->key)),
		.class = (int)WF_KEY_CLASS(from->key),
	};
	struct amount amount = {
		.count = from->count,
		.ns = (int64_t)from->ns,
		.runqueue_ns = (int64_t)from->runqueue_ns,
	};

	tally__add_ledger(books->tally, &stratum, &amount);
}

/* The sums of one slice. */
static void book_sums(struct books *books, struct thread *thread, const struct wf_thread *slot)
{
	struct stratum running = {
		.thread = thread,
		.slice = slot->slice,
		.state = STATE_RUNNING,
		.syscall = SYSCALL_NONE,
	};
	struct amount run = {.count = slot->run_count, .ns = (int64_t)slot->run_ns};

	if (run.count)
		tally__add_ledger(books->tally, &running, &run);
	for (size_t i = 0; i < G_N_ELEMENTS(slot->strata); i++)
		if (slot->strata[i].key)
			book_stratum(books, thread, slot->slice, &slot->strata[i]);
	for (uint32_t state = 0; state < WF_STATES; state++) {
		struct wf_stratum spilled = slot->spilled[state];

		spilled.key = WF_KEY(state, 0, -1); /* of what length and call was not kept */
		if (spilled.ns || spilled.count)
			book_stratum(books, thread, slot->slice, &spilled);
	}
}

/* A span and a run that end in a later slice than they began in. */
static void book_crossing(struct books *books, struct thread *thread, const struct wf_thread *slot)
{
	uint32_t key = slot->cross_key & ~(1U << 31);
	struct stratum stratum = {
		.thread = thread,
		.state = (int)WF_KEY_STATE(key),
		.syscall = books__syscall(WF_KEY_SYSCALL(key)),
		.class = (int)WF_KEY_CLASS(key),
	};
	struct span span = {
		.off_ns = (int64_t)slot->cross_off_ns,
		.on_ns = (int64_t)slot->cross_on_ns,
		.runqueue_ns = (int64_t)slot->cross_runqueue_ns,
	};

	if (key)
		books__spread(books, &stratum, &span, slot->cross_key >> 31 ? 0 : 1, NULL);
	books__run(books, thread, span.on_ns, (int64_t)slot->cross_leave_ns);
}

void books__slot(struct books *books, const struct wf_thread *slot)
{
	struct thread *thread = roster__thread(books->roster, (pid_t)slot->tgid, (pid_t)slot->tid,
					       (int64_t)slot->start_ns);
	bool ended = slot->flags & WF_THREAD_EXITED;

	/* A slot holds the name it had when it was sent last; later ones are in /proc. */
	if (ended || !books->closing)
		g_strlcpy(thread->comm, slot->comm, MIN(sizeof(thread->comm), WF_COMM));
	memcpy(thread->lost, slot->lost, sizeof(thread->lost));
	if (books->window.t0_ns && (!ended || (int64_t)slot->end_ns > books->window.t0_ns)) {
		if (slot->first_leave_ns)
			books__open_unwatched(books, thread, slot);
		else
			book_opening(books, thread, (int64_t)slot->first_on_ns,
				     (int64_t)slot->first_run_delay);
		book_sums(books, thread, slot);
		if (slot->flags & WF_THREAD_CROSSED)
			book_crossing(books, thread, slot);
	}
	if (ended)
		roster__end_thread(books->roster, thread, (int64_t)slot->end_ns);
}

void books__close_slot(struct books *books, const struct wf_thread *slot,
		       const struct standing *standing)
{
	struct stratum stratum = {
		.state = slot->state,
		.syscall = books__syscall(slot->syscall),
	};
	int64_t t0_ns = books->window.t0_ns, began_ns = (int64_t)slot->off_ns;
	struct span span = {.off_ns = MAX(began_ns, t0_ns), .on_ns = standing->t1_ns};
	struct draw draw = {
		.drawn = slot->drawn,
		.sequence = slot->sequence,
		.probability = wf_chance(slot->leaving_p, slot->arrival_p),
	};

	books->closing = true;
	books__slot(books, slot);
	stratum.thread = roster__find_thread(books->roster, (pid_t)slot->tid);
	if (slot->flags & WF_THREAD_EXITED)
		return;
	if (standing->unwatched) {
		books__close_unwatched(books, slot, standing);
		return;
	}
	if (standing->on_ns) {
		span.on_ns = MAX(standing->on_ns, span.off_ns);
		if (slot->state != WF_PREEMPTED && !slot->moved_asleep &&
		    standing->books.runqueue_ns >= 0)
			span.runqueue_ns =
				CLAMP(standing->books.runqueue_ns - (int64_t)slot->run_delay, 0,
				      span.on_ns - span.off_ns);
	}
	stratum.class = class_of(span.on_ns - span.off_ns);
	books__spread(books, &stratum, &span, began_ns >= t0_ns ? 1 : 0, NULL);
	books__span_evidence(books, &stratum, &span, &draw);
	if (standing->on_ns)
		books__run(books, stratum.thread, span.on_ns, standing->t1_ns);
}

/* Whether the kernel counts no switch of the thread since it was looked at, or was born. */
static bool has_not_switched(const struct thread *thread, const struct store_oracle *now)
{
	const struct thread_snapshot *snapshot = thread->snapshot;
	int64_t before = snapshot ? snapshot->books.voluntary + snapshot->books.involuntary : 0;

	return now->voluntary >= 0 && now->voluntary + now->involuntary == before;
}

/*
 * A thread without a slot that did switch: what is known is how much it ran and waited in all. That
 * comes last; the rest is the state it is in. Of one that has ended nothing is known.
 */
static void book_sums_of_proc(struct books *books, struct thread *thread,
			      const struct standing *standing)
{
	static const struct store_oracle none;
	const struct store_oracle *before = thread->snapshot ? &thread->snapshot->books : &none;
	struct stratum stratum = {
		.thread = thread,
		.state = books__state_of_letter(standing->letter),
		.syscall = SYSCALL_NONE,
	};
	struct books_lump lump;

	if (standing->books.run_ns < 0 || before->run_ns < 0)
		return;
	thread->opened = true;
	lump = books__lump(roster__start_of(books->roster, thread), standing->t1_ns,
			   standing->books.run_ns - before->run_ns,
			   standing->books.runqueue_ns - before->runqueue_ns);
	books__book_lump(books, &stratum, &lump, 0);
}

void books__close_unseen(struct books *books, struct thread *thread,
			 const struct standing *standing)
{
	int64_t start_ns = roster__start_of(books->roster, thread);
	const struct thread_snapshot *snapshot = thread->snapshot;
	int64_t from_ns = standing->t1_ns;

	if (thread->opened || thread->end_ns)
		return;
	/* Born when births were seen already, and over before switches were: ends are switches. */
	if (standing->gone && !snapshot && thread->made_ns <= books->window.t0_ns)
		return;
	if (standing->unwatched) {
		books__close_unwatched_unseen(books, thread, standing);
		return;
	}
	if (standing->slots_ran_out && !has_not_switched(thread, &standing->books)) {
		book_sums_of_proc(books, thread, standing);
		return;
	}
	if (standing->on_ns)
		from_ns = MAX(standing->on_ns, start_ns);
	else if (snapshot && snapshot->sleep.state == 'R' &&
		 standing->books.run_ns > snapshot->books.run_ns)
		from_ns = start_ns; /* on its CPU since before the programs were attached */
	book_opening(books, thread, from_ns, standing->books.runqueue_ns);
	if (from_ns < standing->t1_ns)
		books__run(books, thread, from_ns, standing->t1_ns);
}
