/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The calls of living threads, in the kernel's own memory. */
#ifndef WALLFLAME_COLLECTOR_CALLERS_H
#define WALLFLAME_COLLECTOR_CALLERS_H

#include "collector/engine.h"

#include <stddef.h>
#include <stdint.h>

struct callers;

/* map_fd, free_fd: of `callers` and `free_callers` (bpf/calls.bpf.h). Returns 0 or a negative
 * errno. */
int callers__open(struct callers **out, int map_fd, int free_fd, size_t count);
void callers__close(struct callers *callers); /* NULL is allowed */

/*
 * Visits what has been called as struct wf_calls, and as struct wf_call each timed call that is
 * still open when the window ends at t1_ns, cut off there. Only where every end of a call is seen
 * (`set` tells) is an open call known to be one; others are counted into *unended.
 */
void callers__take(const struct callers *callers, const struct probe_set *set, uint64_t t1_ns,
		   engine_record_fn visit, void *ctx, uint64_t *unended);

#endif
