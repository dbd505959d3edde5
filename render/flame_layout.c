// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/flame_layout.h"

#include "render/flame_tree.h"

#include <math.h>
#include <string.h>

static gint compare_children(gconstpointer a, gconstpointer b, gpointer data)
{
	const GArray *nodes = data;
	const struct flame_node *left = &g_array_index(nodes, struct flame_node, *(const guint *)a);
	const struct flame_node *right =
		&g_array_index(nodes, struct flame_node, *(const guint *)b);
	int order;

	if (left->parent != right->parent)
		return left->parent < right->parent ? -1 : 1;
	order = strcmp(left->name, right->name);
	return order ? order : (int)left->kind - (int)right->kind;
}

/* The indexes of all nodes but the root: siblings together and in order, by parent. */
static GArray *sort_children(const GArray *nodes)
{
	GArray *children = g_array_sized_new(FALSE, FALSE, sizeof(guint), nodes->len);

	for (guint i = 1; i < nodes->len; i++)
		g_array_append_val(children, i);
	g_array_sort_with_data(children, compare_children, (gpointer)nodes);
	return children;
}

/* A copy in drawing order, with the parents' new indexes. */
static GArray *lay_out(const GArray *nodes)
{
	GArray *sorted = g_array_new(FALSE, FALSE, sizeof(struct flame_node));
	GArray *children = sort_children(nodes);
	guint *first = g_new0(guint, (gsize)nodes->len + 1);
	guint *new_index = g_new0(guint, nodes->len);
	GArray *stack = g_array_new(FALSE, FALSE, sizeof(guint));
	guint root = 0;

	for (guint i = 1; i < nodes->len; i++)
		first[g_array_index(nodes, struct flame_node, i).parent + 1]++;
	for (guint i = 0; i < nodes->len; i++)
		first[i + 1] += first[i];

	g_array_append_val(stack, root);
	while (stack->len > 0) {
		guint old = g_array_index(stack, guint, stack->len - 1);
		struct flame_node node = g_array_index(nodes, struct flame_node, old);

		g_array_set_size(stack, stack->len - 1);
		new_index[old] = sorted->len;
		node.parent = new_index[node.parent];
		g_array_append_val(sorted, node);
		for (guint i = first[old + 1]; i > first[old]; i--)
			g_array_append_val(stack, g_array_index(children, guint, i - 1));
	}
	g_array_free(stack, TRUE);
	g_array_free(children, TRUE);
	g_free(new_index);
	g_free(first);
	return sorted;
}

/*
 * Fractions are carried from node to node in drawing order, so that however small the pieces
 * are, the whole numbers sum to the rounded total.
 */
static void sum_up(GArray *sorted)
{
	struct flame_node *nodes = (struct flame_node *)(void *)sorted->data;
	int64_t *used = g_new0(int64_t, sorted->len);
	long double exact = 0;
	int64_t given = 0;

	for (guint i = 0; i < sorted->len; i++) {
		exact += nodes[i].self;
		nodes[i].self_ns = (int64_t)llroundl(exact) - given;
		given += nodes[i].self_ns;
		nodes[i].total_ns = nodes[i].self_ns;
	}
	for (guint i = sorted->len - 1; i > 0; i--) {
		struct flame_node *parent = &nodes[nodes[i].parent];

		parent->total_ns += nodes[i].total_ns;
		for (size_t basis = 0; basis <= BASIS_COUNT; basis++)
			parent->basis[basis] += nodes[i].basis[basis];
	}
	for (guint i = 1; i < sorted->len; i++) {
		guint parent = nodes[i].parent;

		nodes[i].start_ns = nodes[parent].start_ns + used[parent];
		used[parent] += nodes[i].total_ns;
	}
	g_free(used);
}

GArray *flame_layout__of(const GArray *nodes)
{
	GArray *sorted = lay_out(nodes);

	sum_up(sorted);
	return sorted;
}
