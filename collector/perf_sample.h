/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Perf records taken apart: perf_event_open(2), "MMAP layout". Every event here asks for
 * PERF_SAMPLE_BASE, and for sample_id_all, which puts the same fields behind all other records.
 */
#ifndef WALLFLAME_COLLECTOR_PERF_SAMPLE_H
#define WALLFLAME_COLLECTOR_PERF_SAMPLE_H

#include "collector/user_copy.h"

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PERF_SAMPLE_BASE (PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU)

struct perf_sample {
	uint64_t time_ns;
	pid_t pid;
	pid_t tid;
	uint32_t cpu;
	const uint64_t *chain; /* leaf first, with PERF_CONTEXT_* marks; only with _CALLCHAIN */
	size_t chain_length;
	const void *raw; /* only with _RAW */
	size_t raw_size;
	bool copied; /* only with _REGS_USER and _STACK_USER */
	struct user_copy copy;
};

uint64_t perf_sample__time(const struct perf_event_header *record);
/* Of a sample, all that its sample_type has; of another record, the first fields. Returns 0, or
 * -EINVAL for a record that is shorter than it says. */
int perf_sample__parse(struct perf_sample *out, const struct perf_event_header *record,
		       uint64_t sample_type);

#endif
