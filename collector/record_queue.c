// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/record_queue.h"

#include <glib.h>
#include <stdint.h>

#define WORD sizeof(uint64_t)

/* Each record stands behind its size, both padded to words. */
struct record_queue {
	GByteArray *bytes;
};

struct record_queue *record_queue__new(void)
{
	struct record_queue *queue = g_new0(struct record_queue, 1);

	queue->bytes = g_byte_array_new();
	return queue;
}

void record_queue__free(struct record_queue *queue)
{
	if (!queue)
		return;
	g_byte_array_free(queue->bytes, TRUE);
	g_free(queue);
}

void record_queue__add(struct record_queue *queue, const void *record, size_t size)
{
	static const uint8_t padding[WORD];
	uint64_t length = size;

	g_byte_array_append(queue->bytes, (const guint8 *)&length, sizeof(length));
	g_byte_array_append(queue->bytes, record, (guint)size);
	g_byte_array_append(queue->bytes, padding, (guint)(-size % WORD));
}

bool record_queue__is_empty(const struct record_queue *queue)
{
	return !queue->bytes->len;
}

void record_queue__take(struct record_queue *queue,
			void (*visit)(void *ctx, const void *record, size_t size), void *ctx)
{
	size_t at = 0;

	while (at < queue->bytes->len) {
		uint64_t size = *(const uint64_t *)(const void *)(queue->bytes->data + at);

		at += sizeof(size);
		visit(ctx, queue->bytes->data + at, size);
		at += (size + WORD - 1) / WORD * WORD;
	}
	g_byte_array_set_size(queue->bytes, 0);
}
