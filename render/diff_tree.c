// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/diff_tree.h"

#include <errno.h>
#include <math.h>
#include <string.h>

struct diff_tree {
	struct flame *flames[SIDES];
	struct flame_tree *trees[SIDES]; /* of the flames, whole */
	GArray *nodes; /* struct diff_node */
	GArray *selves[SIDES]; /* long double, a node each */
};

/* Where the merge stands in one of the two, which are in drawing order. */
struct cursor {
	const struct flame_node *nodes;
	size_t count;
	size_t at;
	long double scale;
};

static const struct flame_node *cursor__node(const struct cursor *cursor)
{
	return cursor->at < cursor->count ? &cursor->nodes[cursor->at] : NULL;
}

/*
 * Which of the two comes first in drawing order, or 0: they are the same frame. What is deeper
 * still belongs to the subtree at hand; of the same depth they have the same parent.
 */
static int order_of(const struct flame_node *a, const struct flame_node *b)
{
	int order;

	if (!a || !b)
		return !a - !b;
	if (a->depth != b->depth)
		return a->depth > b->depth ? -1 : 1;
	order = strcmp(a->name, b->name);
	return order ? order : (int)a->kind - (int)b->kind;
}

static void take(struct diff_node *node, struct cursor *cursor, enum side side, long double *self)
{
	const struct flame_node *frame = cursor__node(cursor);

	node->frame = frame;
	node->depth = frame->depth;
	node->seen[side] = frame->total_ns > 0;
	*self = frame->self * cursor->scale;
	cursor->at++;
}

static void merge(struct diff_tree *tree, struct cursor *cursors)
{
	/* By depth: the index of the node that was added last. */
	GArray *path = g_array_new(FALSE, TRUE, sizeof(guint));

	while (cursors[SIDE_BEFORE].at < cursors[SIDE_BEFORE].count ||
	       cursors[SIDE_AFTER].at < cursors[SIDE_AFTER].count) {
		int order = order_of(cursor__node(&cursors[SIDE_BEFORE]),
				     cursor__node(&cursors[SIDE_AFTER]));
		struct diff_node node = {0};
		long double selves[SIDES] = {0};
		guint index = tree->nodes->len;

		if (order <= 0)
			take(&node, &cursors[SIDE_BEFORE], SIDE_BEFORE, &selves[SIDE_BEFORE]);
		if (order >= 0)
			take(&node, &cursors[SIDE_AFTER], SIDE_AFTER, &selves[SIDE_AFTER]);
		node.parent = node.depth ? g_array_index(path, guint, node.depth - 1) : 0;
		g_array_set_size(path, node.depth + 1);
		g_array_index(path, guint, node.depth) = index;
		g_array_append_val(tree->nodes, node);
		for (int side = 0; side < SIDES; side++)
			g_array_append_val(tree->selves[side], selves[side]);
	}
	g_array_free(path, TRUE);
}

/* Fractions are carried on, as in flame_tree.c. */
static void round_selves(struct diff_tree *tree, enum side side)
{
	long double exact = 0;
	int64_t given = 0;

	for (guint i = 0; i < tree->nodes->len; i++) {
		struct diff_node *node = &g_array_index(tree->nodes, struct diff_node, i);

		exact += g_array_index(tree->selves[side], long double, i);
		node->self_ns[side] = (int64_t)llroundl(exact) - given;
		given += node->self_ns[side];
	}
}

static void lay_out(struct diff_tree *tree, enum diff_width width)
{
	struct diff_node *nodes = (struct diff_node *)(void *)tree->nodes->data;
	int64_t *used = g_new0(int64_t, tree->nodes->len + 1);

	for (guint i = 0; i < tree->nodes->len; i++)
		nodes[i].total_ns[width] = nodes[i].self_ns[width];
	for (guint i = tree->nodes->len; i-- > 1;)
		nodes[nodes[i].parent].total_ns[width] += nodes[i].total_ns[width];
	for (guint i = 1; i < tree->nodes->len; i++) {
		guint parent = nodes[i].parent;

		nodes[i].start_ns[width] = nodes[parent].start_ns[width] + used[parent];
		used[parent] += nodes[i].total_ns[width];
	}
	g_free(used);
}

static bool fits(const struct diff_tree *tree)
{
	long double sum = 0;

	for (int side = 0; side < SIDES; side++) {
		for (guint i = 0; i < tree->nodes->len; i++)
			sum += g_array_index(tree->selves[side], long double, i);
	}
	return sum < 0x1p62L;
}

static int load(struct diff_tree *tree, const struct comparison *comparison, char **error)
{
	const struct flame_wish wish = flame_wish__default();
	const struct flame_limits none = {0};
	struct cursor cursors[SIDES];

	for (int side = 0; side < SIDES; side++) {
		struct cursor *cursor = &cursors[side];
		int status = flame__from_analysis(&tree->flames[side], comparison->analyses[side],
						  &wish, error);

		if (status) {
			char *reason = *error;

			*error = g_strdup_printf("%s: %s", side__name(side), reason);
			g_free(reason);
			return status;
		}
		cursor->at = 0;
		tree->trees[side] = flame_tree__new(tree->flames[side], none);
		cursor->nodes = flame_tree__nodes(tree->trees[side], &cursor->count);
		cursor->scale = (long double)comparison->unit.amount[SIDE_BEFORE] /
				comparison->unit.amount[side];
	}
	merge(tree, cursors);
	if (fits(tree))
		return 0;
	*error = g_strdup("the captures hold times that cannot be brought to one scale");
	return -ERANGE;
}

struct diff_tree *diff_tree__new(const struct comparison *comparison, char **error)
{
	struct diff_tree *tree = g_new0(struct diff_tree, 1);

	tree->nodes = g_array_new(FALSE, FALSE, sizeof(struct diff_node));
	for (int side = 0; side < SIDES; side++)
		tree->selves[side] = g_array_new(FALSE, FALSE, sizeof(long double));
	if (load(tree, comparison, error)) {
		diff_tree__free(tree);
		return NULL;
	}
	for (int side = 0; side < SIDES; side++)
		round_selves(tree, side);
	for (guint i = 0; i < tree->nodes->len; i++) {
		struct diff_node *node = &g_array_index(tree->nodes, struct diff_node, i);

		node->self_ns[WIDTH_BOTH] = node->self_ns[SIDE_BEFORE] + node->self_ns[SIDE_AFTER];
	}
	for (int width = 0; width < WIDTH_COUNT; width++)
		lay_out(tree, width);
	return tree;
}

void diff_tree__free(struct diff_tree *tree)
{
	for (int side = 0; side < SIDES; side++) {
		if (tree->trees[side])
			flame_tree__free(tree->trees[side]);
		flame__free(tree->flames[side]);
		g_array_free(tree->selves[side], TRUE);
	}
	g_array_free(tree->nodes, TRUE);
	g_free(tree);
}

const struct diff_node *diff_tree__nodes(const struct diff_tree *tree, size_t *count)
{
	*count = tree->nodes->len;
	return (const struct diff_node *)(const void *)tree->nodes->data;
}
