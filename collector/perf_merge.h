/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Reads several streams of records, each in the order of its times, as one. */
#ifndef WALLFLAME_COLLECTOR_PERF_MERGE_H
#define WALLFLAME_COLLECTOR_PERF_MERGE_H

#include <stdint.h>

/* Where records come from; a test can be one too. */
struct perf_stream {
	/* The time of its next record: UINT64_MAX when it has none now. */
	uint64_t (*next_ns)(void *source);
	/* Takes the record of which next_ns has told the time. */
	void (*take)(void *source);
	void *source;
};

struct perf_merge;

struct perf_merge *perf_merge__new(void);
void perf_merge__free(struct perf_merge *merge); /* NULL is allowed */
/* Copied. Not while perf_merge__until runs. */
void perf_merge__add(struct perf_merge *merge, const struct perf_stream *stream);
void perf_merge__remove(struct perf_merge *merge, const void *source);
/*
 * Takes every record of a time up to horizon_ns, in the order of the times. What a stream gets
 * while this runs must be later than the horizon.
 */
void perf_merge__until(struct perf_merge *merge, uint64_t horizon_ns);

#endif
