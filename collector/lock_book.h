/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Waits for kernel locks and their stacks, kept until their slice is over. */
#ifndef WALLFLAME_COLLECTOR_LOCK_BOOK_H
#define WALLFLAME_COLLECTOR_LOCK_BOOK_H

#include "bpf/records.h"
#include "collector/roster.h"
#include "store/writer.h"

#include <stdint.h>

struct lock_book;

struct lock_stack {
	struct thread *thread;
	uint32_t slice; /* from 0 */
	uint64_t address;
	int lock; /* enum store_lock */
	store_id stack;
	int64_t ns;
	double scale; /* 1 / p */
};

struct lock_book *lock_book__new(struct store_writer *writer, struct roster *roster);
void lock_book__free(struct lock_book *book); /* NULL is allowed */
void lock_book__add_waits(struct lock_book *book, struct thread *thread,
			  const struct wf_lock_key *key, const struct wf_lock_sum *sum);
void lock_book__add_stack(struct lock_book *book, const struct lock_stack *stack);
/* Writes and forgets what belongs to slices below `before`. Returns 0 or a negative errno. */
int lock_book__flush(struct lock_book *book, uint32_t before);

#endif
