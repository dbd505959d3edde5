/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_LOSSES_H
#define WALLFLAME_COLLECTOR_LOSSES_H

#include "collector/engine.h"
#include "collector/roster.h"
#include "store/writer.h"

#include <stdbool.h>
#include <stdint.h>

/* What could not be kept, counted in user space. */
struct losses {
	int64_t clock_records; /* overwritten in the perf rings */
	int64_t throttled;
	int64_t missed_runs;
	int64_t switches; /* records that did not come */
	int64_t unread_io; /* processes */
	int64_t unfollowed; /* processes */
	int64_t unknown_waits;
	int64_t unknown_calls;
	int64_t uncounted_calls;
	int64_t unknown_syscalls;
	int64_t unmatched_stacks;
	int64_t unplaced_samples;
	int64_t ending_samples;
	int64_t cut_stacks;
	int64_t broken_stacks;
	int64_t half_stacks;
	int64_t unnamed_frames;
	int64_t refused_files;
	bool no_kernel_symbols;
	struct engine_gaps gaps;
};

/* Writes every loss that happened; *total gets their sum. Returns 0 or a negative errno. */
/* What each thread lost, where that is known. 0 or a negative errno of the writer. */
int losses__write_threads(struct store_writer *writer, struct roster *roster);

int losses__write(struct store_writer *writer, const struct wf_losses *kernel,
		  const struct losses *own, int64_t *total);

#endif
