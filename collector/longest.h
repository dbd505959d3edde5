/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Keeps the longest spans of the capture, and those that waited longest for a CPU. */
#ifndef WALLFLAME_COLLECTOR_LONGEST_H
#define WALLFLAME_COLLECTOR_LONGEST_H

#include "collector/roster.h"
#include "store/writer.h"

struct longest;

struct long_span {
	struct thread *thread;
	int64_t off_ns;
	int64_t on_ns;
	int64_t runqueue_ns;
	int state; /* enum store_state */
	int32_t syscall;
	store_id stack; /* 0: not drawn */
};

/* Keeps the `keep` longest of both. */
struct longest *longest__new(size_t keep);
void longest__free(struct longest *longest); /* NULL is allowed */
void longest__add(struct longest *longest, const struct long_span *span);
/* Returns 0 or a negative errno of the writer. */
int longest__write(struct longest *longest, struct store_writer *writer, struct roster *roster);

#endif
