// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_feed.h"

#include <glib.h>
#include <time.h>

struct perf_feed {
	struct perf_rings *rings;
	struct perf_merge *merge;
	struct source *sources; /* one a ring */
	size_t count;
	uint64_t sample_type;
	perf_feed_fn visit;
	void *ctx;
};

struct source {
	struct perf_feed *feed;
	struct perf_ring *ring;
};

struct perf_event_attr perf_feed__attr(uint32_t type, uint64_t config)
{
	return (struct perf_event_attr){
		.type = type,
		.size = sizeof(struct perf_event_attr),
		.config = config,
		.sample_type = PERF_SAMPLE_BASE,
		.sample_id_all = 1,
		.disabled = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		/* Rings are read by the clock: nobody waits for them to fill. */
		.watermark = 1,
		.wakeup_watermark = UINT32_MAX,
	};
}

static uint64_t next_ns(void *data)
{
	const struct source *source = data;
	const struct perf_event_header *record = perf_ring__peek(source->ring);

	return record ? perf_sample__time(record) : UINT64_MAX;
}

static void take(void *data)
{
	const struct source *source = data;
	struct perf_feed *feed = source->feed;
	const struct perf_event_header *record = perf_ring__peek(source->ring);
	struct perf_sample sample;

	if (!perf_sample__parse(&sample, record, feed->sample_type))
		feed->visit(feed->ctx, record, &sample);
	perf_ring__done(source->ring);
}

int perf_feed__open(struct perf_feed **out, const struct perf_feed_config *config,
		    struct perf_merge *merge)
{
	struct perf_rings *rings;
	struct perf_feed *feed;
	struct perf_ring *ring = NULL;
	GArray *sources;
	int status = perf_rings__open(&rings, config->attrs, config->count, config->scope,
				      config->bytes);

	if (status)
		return status;
	feed = g_new0(struct perf_feed, 1);
	feed->rings = rings;
	feed->merge = merge;
	feed->sample_type = config->attrs[0].sample_type;
	feed->visit = config->visit;
	feed->ctx = config->ctx;
	sources = g_array_new(FALSE, FALSE, sizeof(struct source));
	while ((ring = perf_rings__next(rings, ring))) {
		struct source source = {.feed = feed, .ring = ring};

		g_array_append_val(sources, source);
	}
	feed->count = sources->len;
	feed->sources = (struct source *)(void *)g_array_free(sources, FALSE);
	for (size_t i = 0; i < feed->count; i++) {
		struct perf_stream stream = {
			.next_ns = next_ns, .take = take, .source = &feed->sources[i]};

		perf_merge__add(merge, &stream);
	}
	*out = feed;
	return 0;
}

void perf_feed__close(struct perf_feed *feed)
{
	if (!feed)
		return;
	for (size_t i = 0; i < feed->count; i++)
		perf_merge__remove(feed->merge, &feed->sources[i]);
	perf_rings__close(feed->rings);
	g_free(feed->sources);
	g_free(feed);
}

void perf_feed__start(struct perf_feed *feed)
{
	perf_rings__start(feed->rings);
}

void perf_feed__stop(struct perf_feed *feed)
{
	perf_rings__stop(feed->rings);
}

size_t perf_feed__ring_bytes(const struct perf_feed *feed)
{
	return perf_rings__bytes(feed->rings);
}
