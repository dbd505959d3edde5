/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Calls of probe points: sums and lengths until the end of the capture, stacks until their slice
 * is over. */
#ifndef WALLFLAME_COLLECTOR_PROBE_BOOK_H
#define WALLFLAME_COLLECTOR_PROBE_BOOK_H

#include "bpf/records.h"
#include "collector/roster.h"
#include "store/writer.h"

#include <stdint.h>

struct probe_book;

/* A timed call. */
struct timed_call {
	struct thread *thread;
	enum wf_probe probe;
	int64_t ns;
	double p; /* of being timed */
};

/* The stack of one. */
struct call_stack {
	struct thread *thread;
	enum wf_probe probe;
	uint32_t slice; /* from 0 */
	store_id stack;
	int64_t ns;
	double p; /* of being timed and given a stack */
};

struct probe_book *probe_book__new(struct store_writer *writer, struct roster *roster);
void probe_book__free(struct probe_book *book); /* NULL is allowed */
/* The rows of the points; before anything is written. */
void probe_book__set_ids(struct probe_book *book, const store_id ids[WF_PROBES]);

void probe_book__add_calls(struct probe_book *book, struct thread *thread,
			   const uint64_t calls[WF_PROBES]);
void probe_book__add_timed(struct probe_book *book, const struct timed_call *call);
void probe_book__add_stack(struct probe_book *book, const struct call_stack *stack);

/* Writes and forgets the stacks of slices below `before`. Returns 0 or a negative errno. */
int probe_book__flush(struct probe_book *book, uint32_t before);
/* Writes sums and lengths. Returns 0 or a negative errno. */
int probe_book__finish(struct probe_book *book);
/* Timed calls that the counts of their threads had left out and that were added to them then. */
int64_t probe_book__uncounted(const struct probe_book *book);

/* The bucket of a length: eight to each power of two, so none is wider than an eighth of its
 * beginning. [from, below) are its bounds. */
unsigned call_length__bucket(int64_t ns);
int64_t call_length__from(unsigned bucket);

#endif
