// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/pack.h"

#include <glib.h>

/* Seven bits a byte, the lowest first; the highest bit says that there are more. */
#define NUMBER_BYTES 10
#define ROW_BYTES (PACK_NUMBERS * NUMBER_BYTES)
#define FIRST_BYTES 128
#define MOST_BYTES 16384

struct pack_chunk {
	struct pack_chunk *next;
	uint32_t used, size;
	uint8_t bytes[];
};
_Static_assert(FIRST_BYTES >= ROW_BYTES, "a row fits");

static void add_chunk(struct pack *pack)
{
	uint32_t size = pack->last ? MIN(pack->last->size * 2, MOST_BYTES) : FIRST_BYTES;
	struct pack_chunk *chunk = g_malloc(sizeof(*chunk) + size);

	*chunk = (struct pack_chunk){.size = size};
	if (pack->last)
		pack->last->next = chunk;
	else
		pack->first = chunk;
	pack->last = chunk;
}

void pack__add(struct pack *pack, const uint64_t *numbers, int count)
{
	struct pack_chunk *chunk;
	uint8_t *to;

	if (!pack->last || pack->last->size - pack->last->used < ROW_BYTES)
		add_chunk(pack);
	chunk = pack->last;
	to = chunk->bytes + chunk->used;
	for (int i = 0; i < count; i++) {
		uint64_t left = numbers[i];

		for (; left > 0x7f; left >>= 7)
			*to++ = (uint8_t)(left | 0x80);
		*to++ = (uint8_t)left;
	}
	chunk->used = (uint32_t)(to - chunk->bytes);
	pack->rows++;
}

struct pack_reader pack__read(const struct pack *pack)
{
	return (struct pack_reader){.chunk = pack->first};
}

void pack_reader__next(struct pack_reader *reader, uint64_t *numbers, int count)
{
	const uint8_t *from;

	if (reader->at == reader->chunk->used) {
		reader->chunk = reader->chunk->next;
		reader->at = 0;
	}
	from = reader->chunk->bytes + reader->at;
	for (int i = 0; i < count; i++) {
		uint64_t number = *from & 0x7f;

		for (int shift = 7; *from++ & 0x80; shift += 7)
			number |= (uint64_t)(*from & 0x7f) << shift;
		numbers[i] = number;
	}
	reader->at = (uint32_t)(from - reader->chunk->bytes);
}

void pack__free(struct pack *pack)
{
	while (pack->first) {
		struct pack_chunk *chunk = pack->first;

		pack->first = chunk->next;
		g_free(chunk);
	}
	*pack = (struct pack){0};
}
