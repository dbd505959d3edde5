// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/flame_functions.h"

/* Names of a flame are interned: a pointer stands for its string. */
static guint frame__hash(gconstpointer pointer)
{
	const struct flame_frame *frame = pointer;

	return (g_direct_hash(frame->name) * 31 + g_direct_hash(frame->file)) * 31 +
	       g_direct_hash(frame->module) + frame->kind;
}

static gboolean frame__equal(gconstpointer a, gconstpointer b)
{
	const struct flame_frame *left = a;
	const struct flame_frame *right = b;

	return left->name == right->name && left->file == right->file &&
	       left->module == right->module && left->kind == right->kind;
}

static struct flame_frame frame_of(const struct flame_node *node)
{
	bool has_file = node->file && node->file != flame__several_files;

	return (struct flame_frame){
		.name = node->name,
		.module = node->module != flame__several_modules ? node->module : NULL,
		.kind = node->kind,
		.file = has_file ? node->file : NULL,
		.line = has_file ? node->first_line : 0,
	};
}

static guint index_of(struct flame_functions *functions, GHashTable *known,
		      const struct flame_frame *frame)
{
	gpointer at;
	struct flame_frame *seen;
	guint index = functions->list->len;

	if (!g_hash_table_lookup_extended(known, frame, NULL, &at)) {
		g_array_append_val(functions->list, *frame);
		g_hash_table_insert(known, g_memdup2(frame, sizeof(*frame)),
				    GUINT_TO_POINTER(index));
		return index;
	}
	seen = &g_array_index(functions->list, struct flame_frame, GPOINTER_TO_UINT(at));
	if (frame->line && (!seen->line || frame->line < seen->line))
		seen->line = frame->line;
	return GPOINTER_TO_UINT(at);
}

struct flame_functions flame_functions__of(const struct flame_node *nodes, size_t count)
{
	GHashTable *known = g_hash_table_new_full(frame__hash, frame__equal, g_free, NULL);
	struct flame_functions functions = {
		.list = g_array_new(FALSE, FALSE, sizeof(struct flame_frame)),
		.of = g_new0(guint, count + 1),
	};

	for (size_t i = 1; i < count; i++) {
		struct flame_frame frame = frame_of(&nodes[i]);

		functions.of[i] = index_of(&functions, known, &frame);
	}
	g_hash_table_destroy(known);
	return functions;
}

void flame_functions__free(struct flame_functions *functions)
{
	g_array_free(functions->list, TRUE);
	g_free(functions->of);
}

const struct flame_frame *flame_functions__at(const struct flame_functions *functions, guint index)
{
	return &g_array_index(functions->list, struct flame_frame, index);
}
