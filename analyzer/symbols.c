// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/symbols.h"

#include <string.h>

#include "analyzer/vocabulary.h"

struct symbols {
	const struct stacks *stacks;
	uint32_t *leafmost; /* a stack each: frame of the leafmost of the functions, or NO_STACK */
	GHashTable *weights; /* frame + 1 -> double * */
};

struct symbols *symbols__new(const struct stacks *stacks, uint64_t functions)
{
	struct symbols *symbols = g_new0(struct symbols, 1);
	size_t count = stacks__count(stacks);

	symbols->stacks = stacks;
	symbols->leafmost = g_new(uint32_t, count + 1);
	symbols->weights = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
	for (size_t i = 0; i < count; i++) {
		const struct stack_facts *stack = stacks__facts(stacks, i);
		uint32_t *frame = &symbols->leafmost[i];

		/* Parents come before their children. */
		*frame = stack->parent == NO_STACK ? NO_STACK : symbols->leafmost[stack->parent];
		if (stacks__frame_sets(stacks, stack->frame) & functions)
			*frame = stack->frame;
	}
	return symbols;
}

void symbols__free(struct symbols *symbols)
{
	g_hash_table_destroy(symbols->weights);
	g_free(symbols->leafmost);
	g_free(symbols);
}

static void weigh(struct symbols *symbols, uint32_t frame, double weight)
{
	gpointer key = GSIZE_TO_POINTER((gsize)frame + 1);
	double *sum = g_hash_table_lookup(symbols->weights, key);

	if (!sum) {
		sum = g_new0(double, 1);
		g_hash_table_insert(symbols->weights, key, sum);
	}
	*sum += weight;
}

void symbols__add(struct symbols *symbols, uint32_t stack, double weight)
{
	if (symbols->leafmost[stack] != NO_STACK)
		weigh(symbols, symbols->leafmost[stack], weight);
}

void symbols__add_probed(struct symbols *symbols, uint32_t stack, double weight)
{
	uint32_t leaf = stacks__facts(symbols->stacks, stack)->frame;

	if (symbols->leafmost[stack] != NO_STACK)
		weigh(symbols, symbols->leafmost[stack], weight);
	else if (stacks__frame_sets(symbols->stacks, leaf) & IN(K_ANY))
		weigh(symbols, leaf, weight);
}

const char *symbols__top(const struct symbols *symbols)
{
	const char *top = NULL;
	double most = 0;
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, symbols->weights);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		const char *name =
			stacks__frame_name(symbols->stacks, (uint32_t)(GPOINTER_TO_SIZE(key) - 1));
		double weight = *(double *)value;

		/* The name decides between equals: hash tables have no order to rely on. */
		if (!top || weight > most || (weight == most && strcmp(name, top) < 0)) {
			top = name;
			most = weight;
		}
	}
	return top;
}
