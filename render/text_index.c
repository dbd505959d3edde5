// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/text_index.h"

#include <glib.h>
#include <string.h>
#include <xxhash.h>

#define FIRST_SIZE 1024 /* slots; always a power of two */

struct entry {
	const char *text;
	size_t length;
	uint64_t hash;
	uint32_t number;
};

/* Small, so that many of them are at hand. */
struct slot {
	uint32_t hash; /* its upper half */
	uint32_t entry; /* from 1; 0: free */
};

struct text_index {
	struct slot *slots;
	size_t size;
	GArray *entries; /* struct entry */
	GStringChunk *strings;
};

struct text_index *text_index__new(void)
{
	struct text_index *index = g_new0(struct text_index, 1);

	index->size = FIRST_SIZE;
	index->slots = g_new0(struct slot, index->size);
	index->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
	index->strings = g_string_chunk_new(1 << 16);
	return index;
}

void text_index__free(struct text_index *index)
{
	g_free(index->slots);
	g_array_free(index->entries, TRUE);
	g_string_chunk_free(index->strings);
	g_free(index);
}

static struct entry *entry_at(const struct text_index *index, const struct slot *slot)
{
	return &g_array_index(index->entries, struct entry, slot->entry - 1);
}

/* Where the text is, or the free slot where it belongs. */
static struct slot *look_up(const struct text_index *index, const char *text, size_t length,
			    uint64_t hash)
{
	size_t at = hash & (index->size - 1);

	for (;; at = (at + 1) & (index->size - 1)) {
		struct slot *slot = &index->slots[at];
		const struct entry *entry;

		if (!slot->entry)
			return slot;
		if (slot->hash != hash >> 32)
			continue;
		entry = entry_at(index, slot);
		if (entry->length == length && memcmp(entry->text, text, length) == 0)
			return slot;
	}
}

static void grow(struct text_index *index)
{
	index->size *= 2;
	g_free(index->slots);
	index->slots = g_new0(struct slot, index->size);
	for (guint i = 0; i < index->entries->len; i++) {
		const struct entry *entry = &g_array_index(index->entries, struct entry, i);

		*look_up(index, entry->text, entry->length, entry->hash) =
			(struct slot){(uint32_t)(entry->hash >> 32), i + 1};
	}
}

bool text_index__find(struct text_index *index, const char *text, size_t length, uint32_t **number)
{
	uint64_t hash = XXH3_64bits(text, length);
	struct slot *slot = look_up(index, text, length, hash);
	bool known = slot->entry != 0;

	if (!known) {
		struct entry entry = {
			.text = g_string_chunk_insert_len(index->strings, text, (gssize)length),
			.length = length,
			.hash = hash,
		};

		g_array_append_val(index->entries, entry);
		*slot = (struct slot){(uint32_t)(hash >> 32), index->entries->len};
		if (2 * (size_t)index->entries->len > index->size) {
			grow(index);
			slot = look_up(index, text, length, hash);
		}
	}
	*number = &entry_at(index, slot)->number;
	return known;
}
