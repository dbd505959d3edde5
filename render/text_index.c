// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/text_index.h"

#include <glib.h>
#include <string.h>
#include <xxhash.h>

#define FIRST_SIZE 1024 /* slots; always a power of two */

struct slot {
	const char *text; /* NULL: free */
	size_t length;
	uint64_t hash;
	uint32_t number;
};

struct text_index {
	struct slot *slots;
	size_t size;
	size_t used;
	GStringChunk *strings;
};

struct text_index *text_index__new(void)
{
	struct text_index *index = g_new0(struct text_index, 1);

	index->size = FIRST_SIZE;
	index->slots = g_new0(struct slot, index->size);
	index->strings = g_string_chunk_new(1 << 16);
	return index;
}

void text_index__free(struct text_index *index)
{
	g_free(index->slots);
	g_string_chunk_free(index->strings);
	g_free(index);
}

/* Where the text is, or the free slot where it belongs. */
static struct slot *look_up(const struct text_index *index, const char *text, size_t length,
			    uint64_t hash)
{
	size_t at = hash & (index->size - 1);

	for (;; at = (at + 1) & (index->size - 1)) {
		struct slot *slot = &index->slots[at];

		if (!slot->text || (slot->hash == hash && slot->length == length &&
				    memcmp(slot->text, text, length) == 0))
			return slot;
	}
}

static void grow(struct text_index *index)
{
	struct text_index old = *index;

	index->size *= 2;
	index->slots = g_new0(struct slot, index->size);
	for (size_t i = 0; i < old.size; i++) {
		const struct slot *slot = &old.slots[i];

		if (slot->text)
			*look_up(index, slot->text, slot->length, slot->hash) = *slot;
	}
	g_free(old.slots);
}

bool text_index__find(struct text_index *index, const char *text, size_t length, uint32_t **number)
{
	uint64_t hash = XXH3_64bits(text, length);
	struct slot *slot = look_up(index, text, length, hash);
	bool known = slot->text != NULL;

	if (!known) {
		if (2 * ++index->used > index->size) {
			grow(index);
			slot = look_up(index, text, length, hash);
		}
		*slot = (struct slot){
			.text = g_string_chunk_insert_len(index->strings, text, (gssize)length),
			.length = length,
			.hash = hash,
		};
	}
	*number = &slot->number;
	return known;
}
