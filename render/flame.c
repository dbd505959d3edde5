// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/flame.h"
#include "render/flame_layout.h"
#include "render/flame_tree.h"
#include "render/shorten.h"

#include <errno.h>
#include <math.h>
#include <string.h>

const char flame__several_modules[] = "several modules";
const char flame__several_files[] = "several files";
const char flame__several_names[] = "several names";

bool flame_kind__is_program(enum flame_kind kind)
{
	return kind == FLAME_USER || kind == FLAME_JIT || kind == FLAME_INLINED;
}

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

static void plant(struct flame *flame)
{
	struct flame_node root = {.name = "all", .kind = FLAME_GROUP};

	flame->nodes = g_array_new(FALSE, FALSE, sizeof(struct flame_node));
	g_array_append_val(flame->nodes, root);
	flame->index = g_hash_table_new_full(child_key__hash, child_key__equal, g_free, NULL);
}

struct flame *flame__new(void)
{
	struct flame *flame = g_new0(struct flame, 1);

	plant(flame);
	flame->sorted = g_array_new(FALSE, FALSE, sizeof(struct flame_node));
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
	if (node->whole_name != other->whole_name)
		node->whole_name = flame__several_names;
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

/* Its strings are interned; what it has of values is not looked at. */
static guint child_of(struct flame *flame, guint parent, const struct flame_node *child)
{
	struct child_key key = {.parent = parent, .name = child->name, .kind = child->kind};
	struct child_key *known = g_hash_table_lookup(flame->index, &key);
	struct flame_node node = {
		.name = child->name,
		.whole_name = child->whole_name,
		.module = child->module,
		.file = child->file,
		.first_line = child->first_line,
		.last_line = child->last_line,
		.kind = child->kind,
		.parent = parent,
	};

	if (known) {
		join(&g_array_index(flame->nodes, struct flame_node, known->node), &node);
		return known->node;
	}
	node.depth = g_array_index(flame->nodes, struct flame_node, parent).depth + 1;
	key.node = flame->nodes->len;
	g_array_append_val(flame->nodes, node);
	g_hash_table_add(flame->index, g_memdup2(&key, sizeof(key)));
	return key.node;
}

static struct flame_node node_of(struct flame *flame, const struct flame_frame *frame)
{
	return (struct flame_node){
		.name = intern(flame, frame->name),
		.module = intern(flame, frame->module),
		.file = intern(flame, frame->file),
		.first_line = frame->line,
		.last_line = frame->line,
		.kind = frame->kind,
	};
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
	for (size_t i = 0; i < count; i++) {
		const struct flame_node child = node_of(flame, &frames[i]);

		node = child_of(flame, node, &child);
	}
	leaf = &g_array_index(flame->nodes, struct flame_node, node);
	leaf->self += value;
	leaf->basis[basis] += (double)value;
	flame->total += value;
	if (basis == FLAME_BASIS_UNKNOWN)
		flame->is_time = false;
	return 0;
}

void flame__finish(struct flame *flame)
{
	g_array_free(flame->sorted, TRUE);
	flame->sorted = flame_layout__of(flame->nodes);
}

static const char *short_name(struct flame *flame, const char *name)
{
	GString *text = g_string_new(NULL);
	const char *interned;

	shorten__name(text, name);
	interned = intern(flame, text->str);
	g_string_free(text, TRUE);
	return interned;
}

void flame__shorten_names(struct flame *flame)
{
	GArray *old = flame->nodes;
	guint *moved = g_new0(guint, old->len);

	g_hash_table_destroy(flame->index);
	plant(flame);
	for (guint i = 0; i < old->len; i++) {
		struct flame_node *from = &g_array_index(old, struct flame_node, i);
		struct flame_node *to;

		if (flame_kind__is_program(from->kind) && !from->whole_name) {
			from->whole_name = from->name;
			from->name = short_name(flame, from->name);
		}
		if (i > 0)
			moved[i] = child_of(flame, moved[from->parent], from);
		to = &g_array_index(flame->nodes, struct flame_node, moved[i]);
		to->self += from->self;
		for (size_t basis = 0; basis <= BASIS_COUNT; basis++)
			to->basis[basis] += from->basis[basis];
	}
	g_array_free(old, TRUE);
	g_free(moved);
	flame__finish(flame);
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
