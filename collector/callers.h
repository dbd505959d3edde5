/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The calls of living threads, in the kernel's own memory. */
#ifndef WALLFLAME_COLLECTOR_CALLERS_H
#define WALLFLAME_COLLECTOR_CALLERS_H

#include "collector/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct callers;

/* map_fd: of `callers` (bpf/calls.bpf.h), with `count` rows. Returns 0 or a negative errno. */
int callers__open(struct callers **out, int map_fd, size_t count);
void callers__close(struct callers *callers); /* NULL is allowed */

/* Whether there is one of this thread, and which. */
bool callers__find(const struct callers *callers, uint32_t tid, uint32_t *index);

/* How the window ended. */
struct callers_end {
	const struct probe_set *set; /* how each point was reached */
	bool runs_missed; /* the kernel left out runs of the points' programs */
	uint64_t t1_ns;
};

/*
 * Visits what has been called as struct wf_calls, and as struct wf_call each timed call that is
 * still open when the window ends, cut off there. Only where every end of a call is seen is an open
 * call known to be one; others are counted into *unended.
 */
void callers__take(const struct callers *callers, const struct callers_end *end,
		   engine_record_fn visit, void *ctx, uint64_t *unended);

#endif
