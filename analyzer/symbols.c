// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/symbols.h"

#include <string.h>

#include "analyzer/vocabulary.h"

struct symbols {
	const struct stacks *stacks;
	uint32_t *leafmost; /* a stack each: row of the leafmost of the functions, or NO_ROW */
	GHashTable *weights; /* row + 1 -> double * */
};

/* Of the functions at one frame. */
static uint32_t leafmost_of(const struct frames *frames, uint32_t frame, uint64_t functions)
{
	struct frame_span span = frames__span(frames, frame);

	for (uint32_t row = span.first + span.count; row-- > span.first;) {
		if (frames__sets(frames, row) & functions)
			return row;
	}
	return NO_ROW;
}

struct symbols *symbols__new(const struct stacks *stacks, uint64_t functions)
{
	struct symbols *symbols = g_new0(struct symbols, 1);
	size_t count = stacks__count(stacks);

	symbols->stacks = stacks;
	symbols->leafmost = g_new(uint32_t, count + 1);
	symbols->weights = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
	for (size_t i = 0; i < count; i++) {
		const struct stack_facts *stack = stacks__facts(stacks, i);
		uint32_t row = leafmost_of(stacks__frames(stacks), stack->frame, functions);

		/* Parents come before their children. */
		if (row == NO_ROW && stack->parent != NO_STACK)
			row = symbols->leafmost[stack->parent];
		symbols->leafmost[i] = row;
	}
	return symbols;
}

void symbols__free(struct symbols *symbols)
{
	g_hash_table_destroy(symbols->weights);
	g_free(symbols->leafmost);
	g_free(symbols);
}

static void weigh(struct symbols *symbols, uint32_t row, double weight)
{
	gpointer key = GSIZE_TO_POINTER((gsize)row + 1);
	double *sum = g_hash_table_lookup(symbols->weights, key);

	if (!sum) {
		sum = g_new0(double, 1);
		g_hash_table_insert(symbols->weights, key, sum);
	}
	*sum += weight;
}

void symbols__add(struct symbols *symbols, uint32_t stack, double weight)
{
	if (symbols->leafmost[stack] != NO_ROW)
		weigh(symbols, symbols->leafmost[stack], weight);
}

void symbols__add_probed(struct symbols *symbols, uint32_t stack, double weight)
{
	const struct frames *frames = stacks__frames(symbols->stacks);
	uint32_t leaf = stacks__facts(symbols->stacks, stack)->frame;
	uint32_t row = symbols->leafmost[stack];

	if (row == NO_ROW)
		row = leafmost_of(frames, leaf, IN(K_ANY));
	if (row != NO_ROW)
		weigh(symbols, row, weight);
}

const char *symbols__top(const struct symbols *symbols)
{
	const struct frames *frames = stacks__frames(symbols->stacks);
	const char *top = NULL;
	double most = 0;
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, symbols->weights);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		const char *name = frames__row(frames, (uint32_t)(GPOINTER_TO_SIZE(key) - 1))->name;
		double weight = *(double *)value;

		/* The name decides between equals: hash tables have no order to rely on. */
		if (!top || weight > most || (weight == most && strcmp(name, top) < 0)) {
			top = name;
			most = weight;
		}
	}
	return top;
}
