// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/recall.h"

#include <glib.h>
#include <string.h>

/* Of 100 bytes, two a half: 7 MB. A thread sleeps in few places; when there are more, all are
 * forgotten. */
#define MOST_ENTRIES 50000

/* What a call must keep: System V ABI, AMD64 supplement, 3.2.1. First what alone is a rough key. */
static const uint8_t kept[] = {UNWIND_RIP, UNWIND_RSP, UNWIND_RBX, UNWIND_RBP, 12, 13, 14, 15};
#define ROUGHLY 2

struct key {
	const struct space *space;
	uint64_t registers[sizeof(kept)];
	uint64_t count; /* of registers that are in it: the others are 0 */
};

struct entry {
	struct key key; /* first: the table is one of keys */
	store_id half; /* 0: walks from there have differed */
};

struct recall {
	GHashTable *halves; /* a set of struct entry, by its key */
};

/* FNV-1a (Fowler, Noll, Vo) by words. */
static guint key_hash(gconstpointer data)
{
	const struct key *key = data;
	uint64_t hash = 0xcbf29ce484222325ULL ^ (uintptr_t)key->space;

	for (size_t i = 0; i < key->count; i++)
		hash = (hash ^ key->registers[i]) * 0x100000001b3ULL;
	return (guint)(hash >> 32 ^ hash);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
	return !memcmp(a, b, sizeof(struct key));
}

struct recall *recall__new(void)
{
	struct recall *recall = g_new0(struct recall, 1);

	recall->halves = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
	return recall;
}

void recall__free(struct recall *recall)
{
	if (!recall)
		return;
	g_hash_table_destroy(recall->halves);
	g_free(recall);
}

static struct key key_of(const struct space *space, const struct user_copy *copy, size_t count)
{
	struct key key = {.space = space, .count = count};

	for (size_t i = 0; i < count; i++)
		key.registers[i] = copy->registers[kept[i]];
	return key;
}

static bool is_known(const struct user_copy *copy, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (copy->unknown >> kept[i] & 1)
			return false;
	return true;
}

#define NONE_YET (-1)

static struct entry *entry_of(struct recall *recall, const struct key *key)
{
	struct entry *entry = g_hash_table_lookup(recall->halves, key);

	if (entry)
		return entry;
	if (g_hash_table_size(recall->halves) >= MOST_ENTRIES)
		g_hash_table_remove_all(recall->halves);
	entry = g_new0(struct entry, 1);
	entry->key = *key;
	entry->half = NONE_YET;
	g_hash_table_add(recall->halves, entry);
	return entry;
}

void recall__keep(struct recall *recall, const struct space *space, const struct user_copy *copy,
		  store_id half)
{
	struct key exact = key_of(space, copy, sizeof(kept)), rough = key_of(space, copy, ROUGHLY);
	struct entry *entry;

	if (!is_known(copy, sizeof(kept)))
		return;
	entry_of(recall, &exact)->half = half;
	entry = entry_of(recall, &rough);
	entry->half = entry->half == NONE_YET || entry->half == half ? half : 0;
}

static store_id half_of(const struct recall *recall, const struct space *space,
			const struct user_copy *copy, size_t count)
{
	struct key key = key_of(space, copy, count);
	const struct entry *entry =
		is_known(copy, count) ? g_hash_table_lookup(recall->halves, &key) : NULL;

	return entry ? entry->half : 0;
}

store_id recall__find(const struct recall *recall, const struct space *space,
		      const struct user_copy *copy)
{
	store_id half = half_of(recall, space, copy, sizeof(kept));

	return half ? half : half_of(recall, space, copy, ROUGHLY);
}
