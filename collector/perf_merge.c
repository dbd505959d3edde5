// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_merge.h"

#include <glib.h>

struct entry {
	uint64_t time_ns;
	const struct perf_stream *stream;
};

struct perf_merge {
	GArray *streams; /* struct perf_stream */
	GArray *heap; /* struct entry; the earliest first */
};

struct perf_merge *perf_merge__new(void)
{
	struct perf_merge *merge = g_new0(struct perf_merge, 1);

	merge->streams = g_array_new(FALSE, FALSE, sizeof(struct perf_stream));
	merge->heap = g_array_new(FALSE, FALSE, sizeof(struct entry));
	return merge;
}

void perf_merge__free(struct perf_merge *merge)
{
	if (!merge)
		return;
	g_array_free(merge->streams, TRUE);
	g_array_free(merge->heap, TRUE);
	g_free(merge);
}

void perf_merge__add(struct perf_merge *merge, const struct perf_stream *stream)
{
	g_array_append_vals(merge->streams, stream, 1);
}

void perf_merge__remove(struct perf_merge *merge, const void *source)
{
	for (guint i = 0; i < merge->streams->len; i++)
		if (g_array_index(merge->streams, struct perf_stream, i).source == source)
			g_array_remove_index_fast(merge->streams, i--);
}

static struct entry *at(const struct perf_merge *merge, guint i)
{
	return &g_array_index(merge->heap, struct entry, i);
}

/* Moves what stands at the place down to where it belongs. */
static void sink(struct perf_merge *merge, guint i)
{
	struct entry moved = *at(merge, i);
	guint count = merge->heap->len, child;

	while ((child = 2 * i + 1) < count) {
		if (child + 1 < count && at(merge, child + 1)->time_ns < at(merge, child)->time_ns)
			child++;
		if (at(merge, child)->time_ns >= moved.time_ns)
			break;
		*at(merge, i) = *at(merge, child);
		i = child;
	}
	*at(merge, i) = moved;
}

void perf_merge__until(struct perf_merge *merge, uint64_t horizon_ns)
{
	g_array_set_size(merge->heap, 0);
	for (guint i = 0; i < merge->streams->len; i++) {
		struct entry entry = {
			.stream = &g_array_index(merge->streams, struct perf_stream, i)};

		entry.time_ns = entry.stream->next_ns(entry.stream->source);
		if (entry.time_ns <= horizon_ns)
			g_array_append_val(merge->heap, entry);
	}
	for (guint i = merge->heap->len / 2; i-- > 0;)
		sink(merge, i);
	while (merge->heap->len) {
		struct entry *first = at(merge, 0);

		first->stream->take(first->stream->source);
		first->time_ns = first->stream->next_ns(first->stream->source);
		if (first->time_ns > horizon_ns) {
			*first = *at(merge, merge->heap->len - 1);
			g_array_set_size(merge->heap, merge->heap->len - 1);
		}
		if (merge->heap->len)
			sink(merge, 0);
	}
}
