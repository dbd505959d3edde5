// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/diff_tree.h"

#include <math.h>

struct diff_tree {
	struct diff_node *nodes;
	size_t count;
};

/* Fractions are carried on, as in flame_tree.c. */
static void round_selves(struct diff_tree *tree, enum side side)
{
	long double exact = 0;
	int64_t given = 0;

	for (size_t i = 0; i < tree->count; i++) {
		struct diff_node *node = &tree->nodes[i];

		exact += node->frame->self[side];
		node->self_ns[side] = (int64_t)llroundl(exact) - given;
		given += node->self_ns[side];
		node->seen[side] = node->frame->self[side] > 0;
	}
	for (size_t i = tree->count; i-- > 1;)
		tree->nodes[tree->nodes[i].frame->parent].seen[side] |= tree->nodes[i].seen[side];
}

static void lay_out(struct diff_tree *tree, enum diff_width width)
{
	struct diff_node *nodes = tree->nodes;
	int64_t *used = g_new0(int64_t, tree->count);

	for (size_t i = 0; i < tree->count; i++)
		nodes[i].total_ns[width] = nodes[i].self_ns[width];
	for (size_t i = tree->count; i-- > 1;)
		nodes[nodes[i].frame->parent].total_ns[width] += nodes[i].total_ns[width];
	for (size_t i = 1; i < tree->count; i++) {
		guint parent = nodes[i].frame->parent;

		nodes[i].start_ns[width] = nodes[parent].start_ns[width] + used[parent];
		used[parent] += nodes[i].total_ns[width];
	}
	g_free(used);
}

struct diff_tree *diff_tree__new(const struct flame_tree *of)
{
	struct diff_tree *tree = g_new(struct diff_tree, 1);
	const struct flame_node *frames = flame_tree__nodes(of, &tree->count);

	tree->nodes = g_new0(struct diff_node, tree->count);
	for (size_t i = 0; i < tree->count; i++)
		tree->nodes[i].frame = &frames[i];
	for (int side = 0; side < SIDES; side++)
		round_selves(tree, side);
	for (size_t i = 0; i < tree->count; i++) {
		int64_t *self_ns = tree->nodes[i].self_ns;

		self_ns[WIDTH_BOTH] = self_ns[WIDTH_BEFORE] + self_ns[WIDTH_AFTER];
	}
	for (int width = 0; width < WIDTH_COUNT; width++)
		lay_out(tree, width);
	return tree;
}

void diff_tree__free(struct diff_tree *tree)
{
	g_free(tree->nodes);
	g_free(tree);
}

const struct diff_node *diff_tree__nodes(const struct diff_tree *tree, size_t *count)
{
	*count = tree->count;
	return tree->nodes;
}
