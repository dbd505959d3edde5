// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Why the longest spans lasted. */
#include "analyzer/private.h"
#include "analyzer/rules.h"

struct place {
	uint32_t stack;
	int32_t syscall;
	uint8_t state;
};

static guint place__hash(gconstpointer key)
{
	const struct place *place = key;

	return place->stack * 2654435761U ^ (guint)place->syscall * 40503U ^ place->state;
}

static gboolean place__equal(gconstpointer a, gconstpointer b)
{
	const struct place *left = a, *right = b;

	return left->stack == right->stack && left->syscall == right->syscall &&
	       left->state == right->state;
}

/* A span does not say which lock or futex operation it waited with; its draws do, the first one
 * first. */
static GHashTable *kinds_by_place(const struct facts *facts)
{
	GHashTable *table = g_hash_table_new_full(place__hash, place__equal, g_free, NULL);

	for (guint i = 0; i < facts->kinds.rows->len; i++) {
		const struct kind *kind = kind__at(facts, i);
		struct place place = {kind->stack, kind->syscall, kind->state};

		if (!g_hash_table_contains(table, &place))
			g_hash_table_insert(table, g_memdup2(&place, sizeof(place)),
					    (gpointer)kind);
	}
	return table;
}

void analysis__explain_spans(struct analysis *analysis, const struct facts *facts)
{
	GHashTable *kinds = kinds_by_place(facts);

	for (size_t i = 0; i < analysis->span_count; i++) {
		struct span_row *span = &analysis->spans[i];
		int64_t syscall = g_array_index(facts->span_calls, int64_t, i);
		struct place place = {stacks__index(facts->stacks, span->stack), (int32_t)syscall,
				      span->state};
		const struct kind *kind = g_hash_table_lookup(kinds, &place);
		struct question question = {
			.stack = stacks__facts(facts->stacks, place.stack),
			.state = span->state,
			.syscall = syscall,
			.futex_op = FUTEX_OP_NONE,
		};

		if (kind) {
			question.lock = kind->lock;
			question.futex_op = kind->futex_op;
		}
		span->cause = cause__path(rules__match(&question));
	}
	g_hash_table_destroy(kinds);
}
