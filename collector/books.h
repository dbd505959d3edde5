/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Books what the kernel half reports: every nanosecond of every thread's life in the window goes
 * into one state of one slice, and drawn stacks to the spans they belong to.
 */
#ifndef WALLFLAME_COLLECTOR_BOOKS_H
#define WALLFLAME_COLLECTOR_BOOKS_H

#include "bpf/records.h"
#include "collector/clock.h"
#include "collector/lock_book.h"
#include "collector/longest.h"
#include "collector/probe_book.h"
#include "collector/roster.h"
#include "collector/stack_table.h"
#include "collector/tally.h"
#include "collector/window.h"

#include <stdbool.h>
#include <stdint.h>

/* What booking works on; everything belongs to the capture. */
struct books {
	struct window window;
	struct roster *roster;
	struct stack_table *stacks;
	struct tally *tally;
	struct longest *longest;
	struct lock_book *locks;
	struct probe_book *calls;
	bool closing; /* slots are read, not records of them */
	int status; /* the first error of the writer */
	int64_t unmatched; /* ends of drawn spans whose stack was lost */
	int64_t unknown_waits; /* for locks, of threads that are not known */
	int64_t unknown_calls; /* of probe points */
	int64_t ending; /* samples of the target in a thread that had given up its number */
	int64_t unplaced; /* samples of the target in a thread that is not known */
};

/* Records of the ring. Anything from before the window is understood and not booked. */
void books__record(struct books *books, const void *record, size_t size);
/* A sample of the CPU clock that hit the target. */
void books__sample(struct books *books, const struct clock_event *event, size_t max_chain);
/* Waits for a kernel lock. */
void books__lock_waits(struct books *books, const struct wf_lock_key *key,
		       const struct wf_lock_sum *sum);

/* How a thread stands when the window closes. */
struct standing {
	int64_t t1_ns;
	bool unwatched; /* there was a time when switches were not looked at */
	bool slots_ran_out; /* a thread without a slot may have switched all the same */
	bool gone; /* from /proc, and nobody has seen it end */
	int64_t on_ns; /* when it came onto the CPU that it is on; 0: on none, or on it all along */
	struct store_oracle books; /* the kernel's own, read at t1 */
	int letter; /* of its state in /proc; only when slots ran out */
};

/* What is in a living thread's slot, then its open span or run. */
void books__close_slot(struct books *books, const struct wf_thread *slot,
		       const struct standing *standing);
/* A thread that never left a CPU in the window. Books nothing for any other. */
void books__close_unseen(struct books *books, struct thread *thread,
			 const struct standing *standing);

/* The number as the capture file has it. A key has room for 16 bits of it, without a sign. */
static inline int32_t books__syscall(int32_t nr)
{
	if (nr == WF_KEY_SYSCALL(WF_KEY(0, 0, SYSCALL_UNKNOWN)))
		return SYSCALL_UNKNOWN;
	if (nr < 0 || !(nr & WF_SYSCALL_COMPAT))
		return nr;
	return (nr & ~WF_SYSCALL_COMPAT) | SYSCALL_COMPAT;
}

#endif
