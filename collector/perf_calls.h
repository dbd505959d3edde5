/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The system calls that are watched: which one a thread is in, and the calls that open files. */
#ifndef WALLFLAME_COLLECTOR_PERF_CALLS_H
#define WALLFLAME_COLLECTOR_PERF_CALLS_H

#include "collector/perf_slot.h"
#include "collector/perf_thread.h"

#include <stdbool.h>
#include <stdint.h>

struct perf_call {
	int32_t syscall;
	int8_t futex_op; /* -1: it is not futex(2) */
	bool opens_a_file;
};

void perf_calls__enter(struct perf_thread *thread, uint64_t time_ns, const struct perf_call *call);
/* window NULL: it is not open, and the call does not count. */
void perf_calls__exit(struct perf_thread *thread, uint64_t time_ns,
		      const struct perf_window *window, const struct perf_sink *sink);
/* The calls since the last such record, if there were any. */
void perf_calls__flush(struct perf_thread *thread, const struct perf_sink *sink);

#endif
