/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the halves of the books use of each other. */
#ifndef WALLFLAME_COLLECTOR_BOOKS_PRIVATE_H
#define WALLFLAME_COLLECTOR_BOOKS_PRIVATE_H

#include "collector/books.h"

/* Spreads a span over its slices: into the ledger, or with `sample` into the evidence. */
void books__spread(struct books *books, const struct stratum *what, const struct span *span,
		   int64_t count, const struct sample *sample);
/* A run on a CPU. */
void books__run(struct books *books, struct thread *thread, int64_t from_ns, int64_t to_ns);
/* The state that /proc has a letter for, of a thread that does not run. */
int books__state_of_letter(int letter);
/* A slot's sums, and the end of its thread if it has ended. */
void books__slot(struct books *books, const struct wf_thread *slot);
/* Whether a span was given a stack, which one, and what its chance was. */
struct draw {
	bool drawn;
	uint32_t sequence;
	uint32_t probability; /* p * 2^32, 0 for 1 */
};

/* A span has ended, or is cut by the end of the window. */
void books__span_evidence(struct books *books, const struct stratum *what, const struct span *span,
			  const struct draw *draw);
/* A span that began before the window, of which /proc told the place. */
void books__sleep_evidence(struct books *books, const struct stratum *what,
			   const struct span *span);

/* books_unwatched.c: of threads whose switches were not looked at all the time. */
/* A time of which is known how much the thread ran and waited for a CPU: the run comes last. */
struct books_lump {
	int64_t off_ns;
	int64_t on_ns;
	int64_t end_ns;
	int64_t runqueue_ns; /* before on_ns */
};
struct books_lump books__lump(int64_t from_ns, int64_t to_ns, int64_t run_ns, int64_t runqueue_ns);
/* Books it, with the stratum's class. Returns the span before the run. */
struct span books__book_lump(struct books *books, struct stratum *stratum,
			     const struct books_lump *lump, int64_t count);
/* All before a slot's thread was first seen leaving a CPU. */
void books__open_unwatched(struct books *books, struct thread *thread,
			   const struct wf_thread *slot);
/* What is open in a slot when the window closes. */
void books__close_unwatched(struct books *books, const struct wf_thread *slot,
			    const struct standing *standing);
/* The whole life in the window of a thread without a slot. */
void books__close_unwatched_unseen(struct books *books, struct thread *thread,
				   const struct standing *standing);

/* Records of calls of probe points. */
void books__on_calls(struct books *books, const void *record);
void books__on_call(struct books *books, const void *record);
void books__on_call_stack(struct books *books, const void *record);

/* The first error stays. Returns whether `id` is one. */
bool books__keep_error(struct books *books, store_id id);
/* The row of a record's stack. */
store_id books__intern(struct books *books, struct thread *thread, const struct wf_stack *record);

/* A copy of a user stack is kept until the stack that it belongs to comes. */
void books__on_copy(struct books *books, const void *record);
/* Takes the copy of that stack. Returns NULL when it was lost; else it is the caller's to free, and
 * *out points into it. */
struct wf_copy *books__take_copy(struct thread *thread, const struct wf_stack *record,
				 struct user_copy *out);

/* Of 32-bit fixed point, where 0 stands for 1. */
static inline double books__probability(uint32_t fixed)
{
	return fixed ? (double)fixed / 4294967296.0 : 1.0;
}

#endif
