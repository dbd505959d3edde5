// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/html_tree.h"

#include "render/flame_tree.h"
#include "render/html_bytes.h"
#include "render/shorten.h"

#include <string.h>

#define NODE_COST 6 /* bytes of a node, about */
#define FRAME_COST 14 /* bytes of a frame beside its names */

struct frame {
	const char *name;
	const char *module; /* of the first that was seen, or NULL */
	enum flame_kind kind;
	size_t cost; /* bytes of its names */
	gboolean kept;
	guint number;
};

struct node {
	guint parent;
	guint frame;
	gboolean kept;
	guint number;
};

struct html_tree {
	GArray *frames; /* struct frame */
	GArray *nodes; /* struct node; 0 is the root, a parent comes before its children */
	GHashTable *by_name; /* struct frame, kind and name -> index */
	GHashTable *by_edge; /* parent and frame -> index */
	GArray *order; /* the nodes that are kept, by number */
	GArray *frame_order;
};

static guint frame__hash(gconstpointer key)
{
	const struct frame *frame = key;

	return g_str_hash(frame->name) * 31 + frame->kind;
}

static gboolean frame__equal(gconstpointer a, gconstpointer b)
{
	const struct frame *left = a;
	const struct frame *right = b;

	return left->kind == right->kind && strcmp(left->name, right->name) == 0;
}

struct html_tree *html_tree__new(void)
{
	struct html_tree *tree = g_new0(struct html_tree, 1);
	const struct node root = {.kept = TRUE};

	tree->frames = g_array_new(FALSE, TRUE, sizeof(struct frame));
	tree->nodes = g_array_new(FALSE, TRUE, sizeof(struct node));
	tree->by_name = g_hash_table_new_full(frame__hash, frame__equal, g_free, NULL);
	tree->by_edge = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	tree->order = g_array_new(FALSE, FALSE, sizeof(guint));
	tree->frame_order = g_array_new(FALSE, FALSE, sizeof(guint));
	g_array_append_val(tree->nodes, root);
	return tree;
}

void html_tree__free(struct html_tree *tree)
{
	g_array_free(tree->frame_order, TRUE);
	g_array_free(tree->order, TRUE);
	g_hash_table_destroy(tree->by_edge);
	g_hash_table_destroy(tree->by_name);
	g_array_free(tree->nodes, TRUE);
	g_array_free(tree->frames, TRUE);
	g_free(tree);
}

static struct node *node_at(const struct html_tree *tree, guint index)
{
	return &g_array_index(tree->nodes, struct node, index);
}

static struct frame *frame_at(const struct html_tree *tree, guint index)
{
	return &g_array_index(tree->frames, struct frame, index);
}

/* The name without its arguments; NULL where that is all of it. */
static char *brief_name(const struct frame *frame)
{
	GString *brief;

	if (!flame_kind__is_program(frame->kind))
		return NULL;
	brief = g_string_new(NULL);
	shorten__name(brief, frame->name);
	return g_string_free(brief, strcmp(brief->str, frame->name) == 0);
}

static size_t names_cost(const struct frame *frame)
{
	char *brief = brief_name(frame);
	size_t cost = html_bytes__cost(frame->name);

	if (brief)
		cost += html_bytes__cost(brief);
	if (frame->module)
		cost += html_bytes__cost(frame->module);
	g_free(brief);
	return cost;
}

static guint find_frame(struct html_tree *tree, const struct flame_frame *wanted)
{
	struct frame frame = {.name = wanted->name, .module = wanted->module, .kind = wanted->kind};
	gpointer index;

	if (g_hash_table_lookup_extended(tree->by_name, &frame, NULL, &index))
		return GPOINTER_TO_UINT(index);
	frame.cost = names_cost(&frame);
	g_array_append_val(tree->frames, frame);
	g_hash_table_insert(tree->by_name, g_memdup2(&frame, sizeof(frame)),
			    GUINT_TO_POINTER(tree->frames->len - 1));
	return tree->frames->len - 1;
}

static guint find_child(struct html_tree *tree, guint parent, guint frame)
{
	const gint64 edge = (gint64)((guint64)parent << 32 | frame);
	const struct node node = {.parent = parent, .frame = frame};
	gpointer index;

	if (g_hash_table_lookup_extended(tree->by_edge, &edge, NULL, &index))
		return GPOINTER_TO_UINT(index);
	g_array_append_val(tree->nodes, node);
	g_hash_table_insert(tree->by_edge, g_memdup2(&edge, sizeof(edge)),
			    GUINT_TO_POINTER(tree->nodes->len - 1));
	return tree->nodes->len - 1;
}

guint html_tree__node(struct html_tree *tree, const struct flame_frame *frames, size_t count)
{
	guint node = 0;

	for (size_t i = 0; i < count; i++)
		node = find_child(tree, node, find_frame(tree, &frames[i]));
	return node;
}

size_t html_tree__cost(const struct html_tree *tree, guint node)
{
	size_t cost = 0;

	for (; !node_at(tree, node)->kept; node = node_at(tree, node)->parent) {
		const struct frame *frame = frame_at(tree, node_at(tree, node)->frame);

		cost += NODE_COST;
		if (!frame->kept)
			cost += FRAME_COST + frame->cost;
	}
	return cost;
}

void html_tree__keep(struct html_tree *tree, guint node)
{
	for (; !node_at(tree, node)->kept; node = node_at(tree, node)->parent) {
		node_at(tree, node)->kept = TRUE;
		frame_at(tree, node_at(tree, node)->frame)->kept = TRUE;
	}
}

/* By parent, and within it so that the last comes first: a stack turns them round. */
static gint last_first(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct html_tree *tree = data;
	const struct node *left = node_at(tree, *(const guint *)a);
	const struct node *right = node_at(tree, *(const guint *)b);
	int order;

	if (left->parent != right->parent)
		return left->parent < right->parent ? -1 : 1;
	order = strcmp(frame_at(tree, left->frame)->name, frame_at(tree, right->frame)->name);
	if (!order)
		order = (int)frame_at(tree, left->frame)->kind -
			(int)frame_at(tree, right->frame)->kind;
	return -order;
}

static GArray *kept_children(struct html_tree *tree)
{
	GArray *children = g_array_new(FALSE, FALSE, sizeof(guint));

	for (guint i = 1; i < tree->nodes->len; i++) {
		if (node_at(tree, i)->kept)
			g_array_append_val(children, i);
	}
	g_array_sort_with_data(children, last_first, tree);
	return children;
}

static void number_frame(struct html_tree *tree, guint index)
{
	struct frame *frame = frame_at(tree, index);

	if (frame->number)
		return;
	g_array_append_val(tree->frame_order, index);
	frame->number = tree->frame_order->len;
}

void html_tree__number(struct html_tree *tree)
{
	GArray *children = kept_children(tree);
	guint *first = g_new0(guint, (gsize)tree->nodes->len + 1);
	GArray *stack = g_array_new(FALSE, TRUE, sizeof(guint));

	for (guint i = 0; i < children->len; i++)
		first[node_at(tree, g_array_index(children, guint, i))->parent + 1]++;
	for (guint i = 0; i < tree->nodes->len; i++)
		first[i + 1] += first[i];
	g_array_set_size(stack, 1); /* the root */
	while (stack->len > 0) {
		guint index = g_array_index(stack, guint, stack->len - 1);

		g_array_set_size(stack, stack->len - 1);
		node_at(tree, index)->number = tree->order->len;
		g_array_append_val(tree->order, index);
		if (index)
			number_frame(tree, node_at(tree, index)->frame);
		g_array_append_vals(stack, &g_array_index(children, guint, first[index]),
				    first[index + 1] - first[index]);
	}
	g_array_free(stack, TRUE);
	g_array_free(children, TRUE);
	g_free(first);
}

guint html_tree__number_of(const struct html_tree *tree, guint node)
{
	return node_at(tree, node)->number;
}

static void add_brief_name(struct json_object *row, const struct frame *frame)
{
	char *brief = brief_name(frame);

	if (brief)
		json_object_array_add(row, html_bytes__name(brief));
	g_free(brief);
}

struct json_object *html_tree__frames(const struct html_tree *tree)
{
	struct json_object *array = json_object_new_array();

	for (guint i = 0; i < tree->frame_order->len; i++) {
		const struct frame *frame =
			frame_at(tree, g_array_index(tree->frame_order, guint, i));
		struct json_object *row = json_object_new_array();

		json_object_array_add(row, html_bytes__name(frame->name));
		json_object_array_add(row, json_object_new_int((int)frame->kind));
		json_object_array_add(row, frame->module ? html_bytes__name(frame->module) : NULL);
		add_brief_name(row, frame);
		json_object_array_add(array, row);
	}
	return array;
}

struct json_object *html_tree__nodes(const struct html_tree *tree)
{
	GByteArray *bytes = g_byte_array_new();
	struct json_object *json;

	for (guint i = 1; i < tree->order->len; i++) {
		const struct node *node = node_at(tree, g_array_index(tree->order, guint, i));

		html_bytes__add(bytes, i - node_at(tree, node->parent)->number);
		html_bytes__add(bytes, frame_at(tree, node->frame)->number - 1);
	}
	json = html_bytes__json(bytes);
	g_byte_array_free(bytes, TRUE);
	return json;
}
