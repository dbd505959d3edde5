// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/html_leaves.h"

#include "render/flame_piece.h"
#include "render/html_bytes.h"

#define LEAF_COST 6 /* bytes of a leaf, about */
#define NO_LEAF G_MAXUINT

struct leaf {
	guint node;
	guint32 cause;
	guint8 state;
	guint8 basis;
	double ns;
	guint target;
	guint rest;
};

struct html_leaves {
	const struct analysis *analysis;
	struct html_tree *tree;
	GArray *leaves; /* struct leaf */
	GHashTable *by_key; /* struct leaf -> index */
	GHashTable *nodes; /* stack and run-queue state -> node */
	struct flame *flame; /* has the frames */
	struct flame_stack *stack;
	guint rest_node;
	guint merged;
	double merged_ns;
};

static guint leaf__hash(gconstpointer key)
{
	const struct leaf *leaf = key;

	return ((leaf->node * 31 + leaf->cause) * 31 + leaf->state) * 31 + leaf->basis;
}

static gboolean leaf__equal(gconstpointer a, gconstpointer b)
{
	const struct leaf *left = a;
	const struct leaf *right = b;

	return left->node == right->node && left->cause == right->cause &&
	       left->state == right->state && left->basis == right->basis;
}

struct html_leaves *html_leaves__new(const struct analysis *analysis)
{
	const struct flame_frame rest = {.name = "[small stacks, merged]", .kind = FLAME_NOTE};
	struct html_leaves *leaves = g_new0(struct html_leaves, 1);

	leaves->analysis = analysis;
	leaves->tree = html_tree__new();
	leaves->leaves = g_array_new(FALSE, FALSE, sizeof(struct leaf));
	leaves->by_key = g_hash_table_new_full(leaf__hash, leaf__equal, g_free, NULL);
	leaves->nodes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	leaves->flame = flame__new();
	leaves->stack = flame_stack__new(leaves->flame);
	leaves->rest_node = html_tree__node(leaves->tree, &rest, 1);
	return leaves;
}

void html_leaves__free(struct html_leaves *leaves)
{
	flame_stack__free(leaves->stack);
	g_hash_table_destroy(leaves->nodes);
	g_hash_table_destroy(leaves->by_key);
	g_array_free(leaves->leaves, TRUE);
	html_tree__free(leaves->tree);
	flame__free(leaves->flame);
	g_free(leaves);
}

static struct leaf *leaf_at(const struct html_leaves *leaves, guint index)
{
	return &g_array_index(leaves->leaves, struct leaf, index);
}

static guint walk(struct html_leaves *leaves, const struct piece *piece)
{
	GArray *frames = g_array_new(FALSE, FALSE, sizeof(struct flame_frame));
	GString *note = g_string_new(NULL);
	const uint32_t *indexes;
	size_t count;
	guint node;

	flame_stack__clear(leaves->stack);
	flame_piece__push(leaves->stack, note, leaves->analysis, piece);
	indexes = flame_stack__frames(leaves->stack, &count);
	for (size_t i = 0; i < count; i++)
		g_array_append_vals(frames, flame__frame(leaves->flame, indexes[i]), 1);
	node = html_tree__node(leaves->tree, (const struct flame_frame *)(const void *)frames->data,
			       count);
	g_array_free(frames, TRUE);
	g_string_free(note, TRUE);
	return node;
}

/* Pieces of one stack end in one node, but for the remark of the run queue. */
static guint node_of(struct html_leaves *leaves, const struct piece *piece)
{
	const gint64 key = piece->stack * STATE_COUNT + piece->state;
	gpointer node;

	if (piece->stack == 0)
		return walk(leaves, piece);
	if (!g_hash_table_lookup_extended(leaves->nodes, &key, NULL, &node)) {
		node = GUINT_TO_POINTER(walk(leaves, piece));
		g_hash_table_insert(leaves->nodes, g_memdup2(&key, sizeof(key)), node);
	}
	return GPOINTER_TO_UINT(node);
}

static guint find(struct html_leaves *leaves, const struct leaf *key)
{
	struct leaf leaf = *key;
	gpointer index;

	if (g_hash_table_lookup_extended(leaves->by_key, key, NULL, &index))
		return GPOINTER_TO_UINT(index);
	leaf.ns = 0;
	leaf.target = leaves->leaves->len;
	leaf.rest = NO_LEAF;
	g_array_append_val(leaves->leaves, leaf);
	g_hash_table_insert(leaves->by_key, g_memdup2(key, sizeof(*key)),
			    GUINT_TO_POINTER(leaves->leaves->len - 1));
	return leaves->leaves->len - 1;
}

guint html_leaves__book(struct html_leaves *leaves, const struct piece *piece)
{
	const struct leaf key = {.node = node_of(leaves, piece),
				 .cause = piece->cause,
				 .state = (guint8)piece->state,
				 .basis = (guint8)piece->basis};
	guint index = find(leaves, &key);

	leaf_at(leaves, index)->ns += piece->ns;
	return index;
}

static gint most_first(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct html_leaves *leaves = data;
	guint left = *(const guint *)a, right = *(const guint *)b;
	double difference = leaf_at(leaves, right)->ns - leaf_at(leaves, left)->ns;

	if (difference != 0)
		return difference > 0 ? 1 : -1;
	return left < right ? -1 : 1;
}

static void add_rests(struct html_leaves *leaves, guint count)
{
	html_tree__keep(leaves->tree, leaves->rest_node);
	for (guint i = 0; i < count; i++) {
		struct leaf key = *leaf_at(leaves, i);
		guint rest;

		key.node = leaves->rest_node;
		rest = find(leaves, &key);
		leaf_at(leaves, i)->rest = rest;
		leaf_at(leaves, rest)->rest = rest;
	}
}

void html_leaves__fit(struct html_leaves *leaves, size_t budget)
{
	guint count = leaves->leaves->len;
	GArray *order = g_array_new(FALSE, FALSE, sizeof(guint));
	size_t used = 0;

	for (guint i = 0; i < count; i++)
		g_array_append_val(order, i);
	g_array_sort_with_data(order, most_first, leaves);
	add_rests(leaves, count);
	for (guint i = 0; i < count; i++) {
		struct leaf *leaf = leaf_at(leaves, g_array_index(order, guint, i));

		used += LEAF_COST + html_tree__cost(leaves->tree, leaf->node);
		if (used <= budget) {
			html_tree__keep(leaves->tree, leaf->node);
			continue;
		}
		leaf->target = leaf->rest;
		leaves->merged++;
		leaves->merged_ns += leaf->ns;
	}
	html_tree__number(leaves->tree);
	g_array_free(order, TRUE);
}

guint html_leaves__count(const struct html_leaves *leaves)
{
	return leaves->leaves->len;
}

guint html_leaves__target(const struct html_leaves *leaves, guint leaf)
{
	return leaf_at(leaves, leaf)->target;
}

guint html_leaves__rest(const struct html_leaves *leaves, guint leaf)
{
	return leaf_at(leaves, leaf)->rest;
}

enum store_state html_leaves__state(const struct html_leaves *leaves, guint leaf)
{
	return (enum store_state)leaf_at(leaves, leaf)->state;
}

guint html_leaves__merged(const struct html_leaves *leaves, double *ns)
{
	*ns = leaves->merged_ns;
	return leaves->merged;
}

const struct html_tree *html_leaves__tree(const struct html_leaves *leaves)
{
	return leaves->tree;
}

struct json_object *html_leaves__json(const struct html_leaves *leaves, const GArray *order)
{
	GByteArray *bytes = g_byte_array_new();
	struct json_object *json;

	for (guint i = 0; i < order->len; i++) {
		const struct leaf *leaf = leaf_at(leaves, g_array_index(order, guint, i));

		html_bytes__add(bytes, html_tree__number_of(leaves->tree, leaf->node));
		html_bytes__add(bytes, leaf->cause);
		html_bytes__add(bytes, leaf->state);
		html_bytes__add(bytes, leaf->basis);
	}
	json = html_bytes__json(bytes);
	g_byte_array_free(bytes, TRUE);
	return json;
}
