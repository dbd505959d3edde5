/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the pairs of before and after have in common: the same work, and figures to compare. */
#ifndef WALLFLAME_WORKLOADS_CURE_H
#define WALLFLAME_WORKLOADS_CURE_H

#include "workloads/pass.h"
#include "workloads/workload.h"

/* What a worker counts in its extra[]. */
enum {
	CURE_BYTES, /* got by the operations */
	CURE_READ_CALLS, /* read(2) and pread(2) */
	CURE_CALLS, /* all system calls that an operation is made of */
	CURE_OWN, /* the cure's own */
};

/*
 * Runs the team and reports what it did, the bytes that came from the device with it. Returns 0 or
 * a negative errno with *error malloc'ed.
 */
int cure__run(struct workload_run *run, const struct team_plan *plan, struct team_totals *totals,
	      char **error);

/* Begins a pass when the last one is over. Returns 0 or team_worker__fail(). */
int cure__next_pass(struct team_worker *worker, struct pass *pass);
/* One pread(2) of all `size` bytes, counted. Returns 0 or team_worker__fail(). */
int cure__pread(struct team_worker *worker, int fd, void *buffer, size_t size, off_t offset);

#endif
