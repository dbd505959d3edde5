// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/flame_tree.h"

#include "render/flame_inside.h"

#include <math.h>

struct flame_tree {
	GArray *nodes; /* struct flame_node */
	bool reversed;
	GArray *path; /* guint: by depth, the last node of that depth */
};

static struct flame_node *node_at(const struct flame_tree *tree, guint index)
{
	return &g_array_index(tree->nodes, struct flame_node, index);
}

/* Of a stack, and not what is put before it. */
static bool is_code(enum flame_kind kind)
{
	return kind != FLAME_CAUSE && kind != FLAME_REST;
}

static void visit(void *ctx, const struct flame_node *node)
{
	struct flame_tree *tree = ctx;
	guint index = tree->nodes->len;

	g_array_append_val(tree->nodes, *node);
	if (node->depth) {
		guint parent = g_array_index(tree->path, guint, node->depth - 1);

		node_at(tree, index)->parent = parent;
		node_at(tree, index)->is_leaf = tree->reversed && is_code(node->kind) &&
						(!parent || !is_code(node_at(tree, parent)->kind));
	}
	g_array_set_size(tree->path, node->depth);
	g_array_append_val(tree->path, index);
}

/*
 * Fractions are carried from node to node in drawing order, so that however small the pieces
 * are, the whole numbers sum to the rounded total.
 */
static void sum_up(GArray *array)
{
	struct flame_node *nodes = (struct flame_node *)(void *)array->data;
	int64_t *used = g_new0(int64_t, array->len);
	long double exact = 0;
	int64_t given = 0;

	for (guint i = 0; i < array->len; i++) {
		exact += nodes[i].self[SIDE_BEFORE] + nodes[i].self[SIDE_AFTER];
		nodes[i].self_ns = (int64_t)llroundl(exact) - given;
		given += nodes[i].self_ns;
		nodes[i].total_ns = nodes[i].self_ns;
	}
	for (guint i = array->len - 1; i > 0; i--) {
		struct flame_node *parent = &nodes[nodes[i].parent];

		parent->total_ns += nodes[i].total_ns;
		for (size_t basis = 0; basis <= BASIS_COUNT; basis++)
			parent->basis[basis] += nodes[i].basis[basis];
	}
	for (guint i = 1; i < array->len; i++) {
		guint parent = nodes[i].parent;

		nodes[i].start_ns = nodes[parent].start_ns + used[parent];
		used[parent] += nodes[i].total_ns;
	}
	g_free(used);
}

struct flame_tree *flame_tree__new(const struct flame *flame, struct flame_limits limits)
{
	struct flame_tree *tree = g_new(struct flame_tree, 1);
	const struct flame_stacks stacks = flame__stacks(flame);

	tree->reversed = flame__is_reversed(flame);
	tree->nodes = g_array_new(FALSE, FALSE, sizeof(struct flame_node));
	tree->path = g_array_new(FALSE, FALSE, sizeof(guint));
	flame_walk__nodes(&stacks, limits, visit, tree);
	sum_up(tree->nodes);
	return tree;
}

void flame_tree__free(struct flame_tree *tree)
{
	g_array_free(tree->nodes, TRUE);
	g_array_free(tree->path, TRUE);
	g_free(tree);
}

const struct flame_node *flame_tree__nodes(const struct flame_tree *tree, size_t *count)
{
	*count = tree->nodes->len;
	return (const struct flame_node *)(const void *)tree->nodes->data;
}

void flame__visit(const struct flame *flame,
		  void (*visitor)(void *ctx, const struct flame_node *node), void *ctx)
{
	struct flame_stacks stacks = flame__stacks(flame);

	stacks.chances = NULL;
	flame_walk__nodes(&stacks, (struct flame_limits){0}, visitor, ctx);
}
