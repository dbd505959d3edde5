/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Who waits for a kernel lock: exact, by the names of threads. */
#ifndef WALLFLAME_RENDER_LOCK_WAITERS_H
#define WALLFLAME_RENDER_LOCK_WAITERS_H

#include "analyzer/analysis.h"

#include <glib.h>

/* Threads of one name. */
struct lock_waiter {
	const char *comm;
	int64_t threads;
	int64_t tid; /* of one of them */
	int64_t count; /* waits */
	int64_t ns;
};
/* Of one lock (struct lock_waiter), who waited longest first. The caller frees. */
GArray *lock_waiters__of(const struct analysis *analysis, const struct lock_row *row);
/* The first few of them in words, for the caller to g_free. */
char *lock_waiters__words(const struct analysis *analysis, const struct lock_row *row);

#endif
