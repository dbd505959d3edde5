// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/flame_frames.h"

#include "render/flame_tree.h"
#include "render/shorten.h"

#include <glib.h>
#include <string.h>

struct flame_frames {
	GArray *facts; /* struct frame_facts */
	GHashTable *index; /* struct flame_frame with interned strings -> index */
	GStringChunk *strings;
};

/* Strings are interned, so that a pointer stands for its string. */
static guint frame__hash(gconstpointer pointer)
{
	const struct flame_frame *frame = pointer;

	return g_direct_hash(frame->name) * 31 + g_direct_hash(frame->module) * 37 +
	       g_direct_hash(frame->file) * 41 + frame->line * 2654435761U + frame->kind;
}

static gboolean frame__equal(gconstpointer a, gconstpointer b)
{
	const struct flame_frame *left = a;
	const struct flame_frame *right = b;

	return left->name == right->name && left->module == right->module &&
	       left->kind == right->kind && left->file == right->file && left->line == right->line;
}

struct flame_frames *flame_frames__new(void)
{
	struct flame_frames *frames = g_new(struct flame_frames, 1);

	frames->facts = g_array_new(FALSE, FALSE, sizeof(struct frame_facts));
	frames->index = g_hash_table_new_full(frame__hash, frame__equal, g_free, NULL);
	frames->strings = g_string_chunk_new(4096);
	return frames;
}

void flame_frames__free(struct flame_frames *frames)
{
	g_array_free(frames->facts, TRUE);
	g_hash_table_destroy(frames->index);
	g_string_chunk_free(frames->strings);
	g_free(frames);
}

static const char *intern(struct flame_frames *frames, const char *text)
{
	return text ? g_string_chunk_insert_const(frames->strings, text) : NULL;
}

uint32_t flame_frames__intern(struct flame_frames *frames, const struct flame_frame *frame)
{
	struct frame_facts facts = {
		.frame = {.name = intern(frames, frame->name),
			  .module = intern(frames, frame->module),
			  .file = intern(frames, frame->file),
			  .line = frame->line,
			  .kind = frame->kind},
	};
	gpointer known;

	if (g_hash_table_lookup_extended(frames->index, &facts.frame, NULL, &known))
		return GPOINTER_TO_UINT(known);
	g_hash_table_insert(frames->index, g_memdup2(&facts.frame, sizeof(facts.frame)),
			    GUINT_TO_POINTER(frames->facts->len));
	g_array_append_val(frames->facts, facts);
	return frames->facts->len - 1;
}

const struct frame_facts *flame_frames__facts(const struct flame_frames *frames, uint32_t index)
{
	return &g_array_index(frames->facts, struct frame_facts, index);
}

void flame_frames__shorten(struct flame_frames *frames)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < frames->facts->len; i++) {
		struct frame_facts *facts = &g_array_index(frames->facts, struct frame_facts, i);

		if (!flame_kind__is_program(facts->frame.kind) || facts->whole_name)
			continue;
		g_string_truncate(text, 0);
		shorten__name(text, facts->frame.name);
		facts->whole_name = facts->frame.name;
		facts->frame.name = intern(frames, text->str);
	}
	g_string_free(text, TRUE);
}

static int compare(const struct flame_frame *left, const struct flame_frame *right)
{
	int order = left->name == right->name ? 0 : strcmp(left->name, right->name);

	return order ? order : (int)left->kind - (int)right->kind;
}

static gint compare_indexes(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct flame_frames *frames = data;

	return compare(&flame_frames__facts(frames, *(const uint32_t *)a)->frame,
		       &flame_frames__facts(frames, *(const uint32_t *)b)->frame);
}

uint32_t *flame_frames__ranks(const struct flame_frames *frames, uint32_t *highest)
{
	guint count = frames->facts->len;
	uint32_t *order = g_new(uint32_t, count);
	uint32_t *ranks = g_new(uint32_t, count);

	for (guint i = 0; i < count; i++)
		order[i] = i;
	g_qsort_with_data(order, (gint)count, sizeof(*order), compare_indexes, (gpointer)frames);
	*highest = 0;
	for (guint i = 0; i < count; i++) {
		if (i == 0 || compare_indexes(&order[i - 1], &order[i], (gpointer)frames) != 0)
			++*highest;
		ranks[order[i]] = *highest;
	}
	g_free(order);
	return ranks;
}
