// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/registry.h"

#include <string.h>

#define FIRST_SLOTS 1024

static uint32_t hash_of(const void *key, guint size)
{
	const uint8_t *bytes = key;
	uint64_t hash = 0;

	for (guint at = 0; at < size; at += sizeof(uint32_t)) {
		uint32_t word;

		memcpy(&word, bytes + at, sizeof(word));
		/* An odd factor with bits all over: Steele and Vigna 2021, table 6. */
		hash = (hash ^ word) * UINT64_C(0xd1342543de82ef95);
		hash ^= hash >> 32;
	}
	return (uint32_t)hash;
}

static const void *row_at(const struct registry *registry, uint32_t index)
{
	return registry->rows->data + (gsize)index * g_array_get_element_size(registry->rows);
}

static uint32_t *slot_of(const struct registry *registry, const void *key)
{
	uint32_t at = hash_of(key, registry->key_size) & registry->mask;

	while (registry->slots[at] &&
	       memcmp(row_at(registry, registry->slots[at] - 1), key, registry->key_size) != 0)
		at = (at + 1) & registry->mask;
	return &registry->slots[at];
}

static void make_slots(struct registry *registry, uint32_t count)
{
	g_free(registry->slots);
	registry->slots = g_new0(uint32_t, count);
	registry->mask = count - 1;
	for (guint i = 0; i < registry->rows->len; i++)
		*slot_of(registry, row_at(registry, i)) = i + 1;
}

void registry__init(struct registry *registry, guint row_size, guint key_size)
{
	*registry = (struct registry){
		.rows = g_array_new(FALSE, FALSE, row_size),
		.key_size = key_size,
	};
	make_slots(registry, FIRST_SLOTS);
}

uint32_t registry__place(struct registry *registry, const void *row)
{
	uint32_t *slot = slot_of(registry, row);

	if (*slot)
		return *slot - 1;
	g_array_append_vals(registry->rows, row, 1);
	*slot = registry->rows->len;
	if (registry->rows->len > registry->mask / 2)
		make_slots(registry, (registry->mask + 1) * 2);
	return registry->rows->len - 1;
}

void registry__seal(struct registry *registry)
{
	g_clear_pointer(&registry->slots, g_free);
}

void registry__free(struct registry *registry)
{
	registry__seal(registry);
	if (registry->rows)
		g_array_free(registry->rows, TRUE);
	registry->rows = NULL;
}
