// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The stacks of two captures as one tree. Ids and addresses are each capture's own: frames are the
 * same when their names, the files of their code and their kinds are.
 */
#include <math.h>
#include <string.h>

#include "analyzer/comparison_private.h"
#include "analyzer/private.h"

#define ROOT 0

/* A stack of either capture. */
struct node {
	double ns[SIDES];
	double square[SIDES]; /* variance by the luck of the draws */
	double grain; /* the largest of any draw */
	enum basis basis[SIDES];
	store_id stack[SIDES]; /* the first of it, or 0 */
	struct candidate *candidate; /* NULL: none, or not yet */
};

struct forest {
	struct comparison *comparison;
	GHashTable *symbols; /* "kind, file, name" -> number */
	GHashTable *rows; /* struct frame_row -> number of its symbol */
	GHashTable *children; /* parent and symbol -> node */
	GArray *nodes; /* struct node */
	guint *of_stack[SIDES]; /* by index of the stack */
};

/* A pointer that is two numbers: a node or 0, and a symbol from 1 on. */
static gpointer child_key(guint parent, guint symbol)
{
	return GSIZE_TO_POINTER((gsize)parent << 32 | symbol);
}
_Static_assert(sizeof(gsize) == 8, "see child_key");

static guint child_key__hash(gconstpointer key)
{
	gsize bits = GPOINTER_TO_SIZE(key);

	return (guint)(bits >> 32) * 2654435761U + (guint)bits * 40503U;
}

/* Programs move between captures: build and version directories are not what a place is called. */
static const char *file_of(const struct frame_row *row)
{
	const char *slash = row->module ? strrchr(row->module, '/') : NULL;

	return slash ? slash + 1 : row->module ? row->module : "";
}

static guint symbol_of(struct forest *forest, const struct frame_row *row)
{
	guint symbol = GPOINTER_TO_UINT(g_hash_table_lookup(forest->rows, row));
	char *text;

	if (symbol)
		return symbol;
	text = g_strdup_printf("%d %s\n%s", (int)row->kind, file_of(row), row->name);
	symbol = GPOINTER_TO_UINT(g_hash_table_lookup(forest->symbols, text));
	if (symbol) {
		g_free(text);
	} else {
		symbol = g_hash_table_size(forest->symbols) + 1;
		g_hash_table_insert(forest->symbols, text, GUINT_TO_POINTER(symbol));
	}
	g_hash_table_insert(forest->rows, (gpointer)row, GUINT_TO_POINTER(symbol));
	return symbol;
}

static guint child_of(struct forest *forest, guint parent, const struct frame_row *row)
{
	gpointer key = child_key(parent, symbol_of(forest, row));
	guint child = GPOINTER_TO_UINT(g_hash_table_lookup(forest->children, key));
	const struct node node = {0};

	if (child)
		return child;
	child = forest->nodes->len;
	g_array_append_val(forest->nodes, node);
	g_hash_table_insert(forest->children, key, GUINT_TO_POINTER(child));
	return child;
}

static void plant(struct forest *forest, enum side side)
{
	const struct stacks *stacks = forest->comparison->analyses[side]->priv->stacks;
	size_t count = stacks__count(stacks);
	guint *nodes = g_new(guint, count + 1);

	/* Parents come before their children. */
	for (size_t i = 0; i < count; i++) {
		const struct stack_facts *stack = stacks__facts(stacks, (uint32_t)i);
		struct frame_span span = frames__span(stacks__frames(stacks), stack->frame);
		guint node = stack->parent == NO_STACK ? ROOT : nodes[stack->parent];

		for (uint32_t row = span.first; row < span.first + span.count; row++)
			node = child_of(forest, node, frames__row(stacks__frames(stacks), row));
		nodes[i] = node;
	}
	forest->of_stack[side] = nodes;
}

/* NULL: time without a stack. */
static struct node *node_of(struct forest *forest, enum side side, store_id stack)
{
	const struct stacks *stacks = forest->comparison->analyses[side]->priv->stacks;
	uint32_t index = stack ? stacks__index(stacks, stack) : NO_STACK;

	if (index == NO_STACK)
		return NULL;
	return &g_array_index(forest->nodes, struct node, forest->of_stack[side][index]);
}

static void sum_up(struct forest *forest, enum side side)
{
	const struct analysis *analysis = forest->comparison->analyses[side];

	for (size_t i = 0; i < analysis->piece_count; i++) {
		const struct piece *piece = &analysis->pieces[i];
		struct node *node = node_of(forest, side, piece->stack);

		if (!node)
			continue;
		node->ns[side] += piece->ns;
		node->square[side] += piece->ns * (double)piece->grain;
		node->grain = fmax(node->grain, (double)piece->grain);
		node->basis[side] = MAX(node->basis[side], piece->basis);
		if (!node->stack[side])
			node->stack[side] = piece->stack;
	}
}

static bool is_large(const struct comparison *comparison, const struct node *node)
{
	for (int side = 0; side < SIDES; side++) {
		double value = node->ns[side] / comparison->unit.amount[side];

		if (value >= COMPARED_STACK_SHARE * comparison->priv->scale[side])
			return node->ns[side] > 0;
	}
	return false;
}

/* As causes see it. */
static const char *place_of(const struct comparison *comparison, const struct node *node,
			    enum side side)
{
	const struct stacks *stacks = comparison->analyses[side]->priv->stacks;
	uint32_t index = stacks__index(stacks, node->stack[side]);
	uint32_t row = stacks__facts(stacks, index)->caller_row;

	return row == NO_ROW ? NULL : frames__row(stacks__frames(stacks), row)->name;
}

static void make_candidate(struct comparison *comparison, struct node *node)
{
	struct candidate *candidate = candidate__new(comparison, COMPARED_STACKS);
	enum side seen = node->stack[SIDE_BEFORE] ? SIDE_BEFORE : SIDE_AFTER;

	node->candidate = candidate;
	candidate->least_share = COMPARED_STACK_SHARE;
	candidate->row.where = place_of(comparison, node, seen);
	candidate->row.frames = analysis__stack(comparison->analyses[seen], node->stack[seen],
						&candidate->row.frame_count);
	for (int side = 0; side < SIDES; side++) {
		candidate->row.side[side].ns = node->ns[side];
		/* That it was not drawn does not say that it was not there. */
		candidate->row.side[side].basis = node->stack[side] ? node->basis[side]
								    : BASIS_SAMPLED;
		/* A draw more or less: also where there was none. */
		candidate->sampling[side] = node->square[side] + node->grain * node->grain;
		candidate->square[side] = node->square[side];
	}
}

static void choose(struct forest *forest)
{
	struct comparison *comparison = forest->comparison;
	struct change_table *table = &comparison->tables[COMPARED_STACKS];

	for (guint i = 0; i < forest->nodes->len; i++) {
		struct node *node = &g_array_index(forest->nodes, struct node, i);

		if (is_large(comparison, node)) {
			make_candidate(comparison, node);
			continue;
		}
		table->left_out += node->ns[SIDE_BEFORE] > 0 || node->ns[SIDE_AFTER] > 0;
		for (int side = 0; side < SIDES; side++)
			table->left_out_ns[side] += node->ns[side];
	}
}

static void cut_up(struct forest *forest, enum side side)
{
	const struct analysis *analysis = forest->comparison->analyses[side];

	for (size_t i = 0; i < analysis->piece_count; i++) {
		const struct piece *piece = &analysis->pieces[i];
		const struct node *node = node_of(forest, side, piece->stack);

		if (node && node->candidate)
			node->candidate->slices[side][piece->slice] += piece->ns;
	}
}

void comparison__list_stacks(struct comparison *comparison)
{
	struct forest forest = {
		.comparison = comparison,
		.symbols = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.rows = g_hash_table_new(g_direct_hash, g_direct_equal),
		.children = g_hash_table_new(child_key__hash, g_direct_equal),
		.nodes = g_array_new(FALSE, FALSE, sizeof(struct node)),
	};
	const struct node root = {0};

	g_array_append_val(forest.nodes, root);
	for (int side = 0; side < SIDES; side++) {
		plant(&forest, side);
		sum_up(&forest, side);
	}
	choose(&forest);
	for (int side = 0; side < SIDES; side++) {
		cut_up(&forest, side);
		g_free(forest.of_stack[side]);
	}
	g_array_free(forest.nodes, TRUE);
	g_hash_table_destroy(forest.symbols);
	g_hash_table_destroy(forest.rows);
	g_hash_table_destroy(forest.children);
}
