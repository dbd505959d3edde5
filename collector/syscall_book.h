/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* System calls as they were counted in moments, on their way into the file. */
#ifndef WALLFLAME_COLLECTOR_SYSCALL_BOOK_H
#define WALLFLAME_COLLECTOR_SYSCALL_BOOK_H

#include "collector/engine.h"
#include "collector/roster.h"
#include "store/writer.h"

#include <stdint.h>

struct syscall_book {
	struct store_writer *writer;
	struct roster *roster;
	int64_t unknown; /* calls of processes that are not known */
	int status; /* the first error of the writer */
};

/* An engine_moment_fn; ctx is the book. */
void syscall_book__add(void *ctx, const struct engine_moment *moment);

#endif
