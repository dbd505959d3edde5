// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/flame.h"
#include "render/flame_tree.h"

#include <errno.h>
#include <math.h>
#include <string.h>

const char flame__several_modules[] = "several modules";
const char flame__several_files[] = "several files";

struct flame {
	GArray *nodes; /* as added: struct flame_node, a parent before its children */
	GHashTable *index; /* struct child_key -> index in nodes */
	GArray *sorted; /* the finished tree */
	GStringChunk *strings;
	GPtrArray *notes;
	char *title;
	long double total;
	bool is_time;
};

/* Names are interned, so that a pointer stands for its string. */
struct child_key {
	guint parent;
	guint node;
	const char *name;
	enum flame_kind kind;
};

static guint child_key__hash(gconstpointer pointer)
{
	const struct child_key *key = pointer;

	return g_direct_hash(key->name) * 31 + key->parent * 2654435761U + key->kind;
}

static gboolean child_key__equal(gconstpointer a, gconstpointer b)
{
	const struct child_key *left = a;
	const struct child_key *right = b;

	return left->parent == right->parent && left->name == right->name &&
	       left->kind == right->kind;
}

struct flame *flame__new(void)
{
	struct flame *flame = g_new0(struct flame, 1);
	struct flame_node root = {.name = "all", .kind = FLAME_GROUP};

	flame->nodes = g_array_new(FALSE, FALSE, sizeof(struct flame_node));
	g_array_append_val(flame->nodes, root);
	flame->sorted = g_array_new(FALSE, FALSE, sizeof(struct flame_node));
	flame->index = g_hash_table_new_full(child_key__hash, child_key__equal, g_free, NULL);
	flame->strings = g_string_chunk_new(4096);
	flame->notes = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(flame->notes, NULL);
	flame->title = g_strdup("Flame graph");
	flame->is_time = true;
	return flame;
}

void flame__free(struct flame *flame)
{
	if (!flame)
		return;
	g_array_free(flame->nodes, TRUE);
	g_array_free(flame->sorted, TRUE);
	g_hash_table_destroy(flame->index);
	g_string_chunk_free(flame->strings);
	g_ptr_array_free(flame->notes, TRUE);
	g_free(flame->title);
	g_free(flame);
}

void flame__set_title(struct flame *flame, const char *title)
{
	g_free(flame->title);
	flame->title = g_strdup(title);
}

void flame__add_note(struct flame *flame, const char *line)
{
	g_ptr_array_insert(flame->notes, (gint)flame->notes->len - 1, g_strdup(line));
}

static const char *intern(struct flame *flame, const char *text)
{
	return text ? g_string_chunk_insert_const(flame->strings, text) : NULL;
}

/* Makes the places of a node those of another one of the same name as well. */
static void join(struct flame_node *node, const struct flame_node *other)
{
	if (node->module != other->module)
		node->module = flame__several_modules;
	if (!other->file)
		return;
	if (node->file && node->file != other->file) {
		node->file = flame__several_files;
		node->first_line = node->last_line = 0;
		return;
	}
	node->file = other->file;
	if (!node->first_line || (other->first_line && other->first_line < node->first_line))
		node->first_line = other->first_line;
	node->last_line = MAX(node->last_line, other->last_line);
}

static guint child_of(struct flame *flame, guint parent, const struct flame_frame *frame)
{
	struct child_key key = {.parent = parent, .kind = frame->kind};
	struct child_key *known;
	struct flame_node node = {
		.module = intern(flame, frame->module),
		.file = intern(flame, frame->file),
		.first_line = frame->line,
		.last_line = frame->line,
		.kind = frame->kind,
		.parent = parent,
	};

	key.name = intern(flame, frame->name);
	known = g_hash_table_lookup(flame->index, &key);
	if (known) {
		join(&g_array_index(flame->nodes, struct flame_node, known->node), &node);
		return known->node;
	}
	node.name = key.name;
	node.depth = g_array_index(flame->nodes, struct flame_node, parent).depth + 1;
	key.node = flame->nodes->len;
	g_array_append_val(flame->nodes, node);
	g_hash_table_add(flame->index, g_memdup2(&key, sizeof(key)));
	return key.node;
}

int flame__add(struct flame *flame, const struct flame_frame *frames, size_t count,
	       long double value, enum basis basis)
{
	struct flame_node *leaf;
	guint node = 0;

	if (!isfinite(value) || value < 0)
		return -EINVAL;
	if (flame->total + value >= 0x1p63L)
		return -ERANGE;
	if (value == 0)
		return 0;
	for (size_t i = 0; i < count; i++)
		node = child_of(flame, node, &frames[i]);
	leaf = &g_array_index(flame->nodes, struct flame_node, node);
	leaf->self += value;
	leaf->basis[basis] += (double)value;
	flame->total += value;
	if (basis == FLAME_BASIS_UNKNOWN)
		flame->is_time = false;
	return 0;
}

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
static GArray *sort_children(const struct flame *flame)
{
	GArray *children = g_array_sized_new(FALSE, FALSE, sizeof(guint), flame->nodes->len);

	for (guint i = 1; i < flame->nodes->len; i++)
		g_array_append_val(children, i);
	g_array_sort_with_data(children, compare_children, flame->nodes);
	return children;
}

/* Copies the nodes to `sorted`, parents before children, with the parents' new indexes. */
static void lay_out(struct flame *flame)
{
	GArray *children = sort_children(flame);
	guint *first = g_new0(guint, (gsize)flame->nodes->len + 1);
	guint *new_index = g_new0(guint, flame->nodes->len);
	GArray *stack = g_array_new(FALSE, FALSE, sizeof(guint));
	guint root = 0;

	for (guint i = 1; i < flame->nodes->len; i++)
		first[g_array_index(flame->nodes, struct flame_node, i).parent + 1]++;
	for (guint i = 0; i < flame->nodes->len; i++)
		first[i + 1] += first[i];

	g_array_set_size(flame->sorted, 0);
	g_array_append_val(stack, root);
	while (stack->len > 0) {
		guint old = g_array_index(stack, guint, stack->len - 1);
		struct flame_node node = g_array_index(flame->nodes, struct flame_node, old);

		g_array_set_size(stack, stack->len - 1);
		new_index[old] = flame->sorted->len;
		node.parent = new_index[node.parent];
		g_array_append_val(flame->sorted, node);
		for (guint i = first[old + 1]; i > first[old]; i--)
			g_array_append_val(stack, g_array_index(children, guint, i - 1));
	}
	g_array_free(stack, TRUE);
	g_array_free(children, TRUE);
	g_free(new_index);
	g_free(first);
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

void flame__finish(struct flame *flame)
{
	lay_out(flame);
	sum_up(flame->sorted);
}

int64_t flame__total(const struct flame *flame)
{
	size_t count;
	const struct flame_node *nodes = flame__nodes(flame, &count);

	return count ? nodes[0].total_ns : 0;
}

const struct flame_node *flame__nodes(const struct flame *flame, size_t *count)
{
	*count = flame->sorted->len;
	return (const struct flame_node *)(const void *)flame->sorted->data;
}

const char *flame__title(const struct flame *flame)
{
	return flame->title;
}

const char *const *flame__notes(const struct flame *flame)
{
	return (const char *const *)flame->notes->pdata;
}

bool flame__is_time(const struct flame *flame)
{
	return flame->is_time;
}
