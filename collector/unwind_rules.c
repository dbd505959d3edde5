// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/unwind_rules.h"

#include <glib.h>
#include <stddef.h>

/* Of 160 bytes mostly. A program at its work has some thousand places; when there are more, as a
 * hostile one may make them, all are forgotten and asked for again. */
#define MOST_ROWS 200000

struct key {
	const struct elf_file *file;
	uint64_t offset;
};

/* The key comes first, and the row is cut behind its operations. */
struct row {
	struct key key;
	int status; /* of the question */
	struct unwind_rule rule;
};

struct unwind_rules {
	GHashTable *rows; /* a set of struct row, by its key */
};

/* The multiplier of splitmix64 (Steele, Lea, Flood 2014), to spread keys over a table. */
static guint key_hash(gconstpointer data)
{
	const struct key *key = data;
	uint64_t x = (key->offset ^ (uintptr_t)key->file) * 0xbf58476d1ce4e5b9ULL;

	return (guint)(x >> 32 ^ x);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
	const struct key *x = a, *y = b;

	return x->file == y->file && x->offset == y->offset;
}

struct unwind_rules *unwind_rules__new(void)
{
	struct unwind_rules *rules = g_new0(struct unwind_rules, 1);

	rules->rows = g_hash_table_new_full(key_hash, key_equal, g_free, NULL);
	return rules;
}

void unwind_rules__free(struct unwind_rules *rules)
{
	if (!rules)
		return;
	g_hash_table_destroy(rules->rows);
	g_free(rules);
}

static struct row *ask(struct elf_file *file, uint64_t offset)
{
	struct row row = {.key = {.file = file, .offset = offset}};
	size_t size = offsetof(struct row, rule);

	row.status = elf_file__rule(file, offset, &row.rule);
	if (!row.status)
		size += offsetof(struct unwind_rule, ops) +
			row.rule.op_count * sizeof(row.rule.ops[0]);
	return g_memdup2(&row, size);
}

int unwind_rules__find(struct unwind_rules *rules, struct elf_file *file, uint64_t offset,
		       const struct unwind_rule **out)
{
	struct key key = {.file = file, .offset = offset};
	struct row *row = g_hash_table_lookup(rules->rows, &key);

	if (!row) {
		if (g_hash_table_size(rules->rows) >= MOST_ROWS)
			g_hash_table_remove_all(rules->rows);
		row = ask(file, offset);
		g_hash_table_add(rules->rows, row);
	}
	*out = &row->rule;
	return row->status;
}
