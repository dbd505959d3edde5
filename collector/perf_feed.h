/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Rings of one kind of events, merged with others by time. */
#ifndef WALLFLAME_COLLECTOR_PERF_FEED_H
#define WALLFLAME_COLLECTOR_PERF_FEED_H

#include "collector/perf_merge.h"
#include "collector/perf_rings.h"
#include "collector/perf_sample.h"

#include <stddef.h>
#include <stdint.h>

struct perf_feed;

/* `record` is taken apart in `sample`; both live until the function returns. */
typedef void (*perf_feed_fn)(void *ctx, const struct perf_event_header *record,
			     const struct perf_sample *sample);

struct perf_feed_config {
	struct perf_event_attr *attrs; /* all of the same sample_type */
	size_t count;
	const struct perf_scope *scope;
	size_t bytes; /* of each ring */
	perf_feed_fn visit;
	void *ctx;
};

/* What all events here have in common, switched off; sample_type is PERF_SAMPLE_BASE. */
struct perf_event_attr perf_feed__attr(uint32_t type, uint64_t config);

/* Returns 0 or a negative errno as perf_rings__open does. */
int perf_feed__open(struct perf_feed **out, const struct perf_feed_config *config,
		    struct perf_merge *merge);
void perf_feed__close(struct perf_feed *feed); /* NULL is allowed */
void perf_feed__start(struct perf_feed *feed);
void perf_feed__stop(struct perf_feed *feed);
size_t perf_feed__ring_bytes(const struct perf_feed *feed);

#endif
