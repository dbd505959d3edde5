// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/svg_size.h"

#include "render/svg.h"

#define MAX_FRAMES 8000
#define MAX_BYTES 3000000
/* Of names that are all as long as they may be, so few fit. */
#define MIN_FRAMES 100

/* The most first; of those of one value the deepest last: who is above is worth no more. */
static gint compare(gconstpointer a, gconstpointer b)
{
	const struct flame_node *left = *(const struct flame_node *const *)a;
	const struct flame_node *right = *(const struct flame_node *const *)b;

	if (left->total_ns != right->total_ns)
		return left->total_ns > right->total_ns ? -1 : 1;
	return left->depth < right->depth ? -1 : left->depth > right->depth;
}

/* The nodes that are more than a rest. */
static GPtrArray *all_frames(const struct flame_tree *tree)
{
	GPtrArray *frames = g_ptr_array_new();
	size_t count;
	const struct flame_node *nodes = flame_tree__nodes(tree, &count);

	for (size_t i = 0; i < count; i++)
		if (nodes[i].kind != FLAME_REST)
			g_ptr_array_add(frames, (gpointer)&nodes[i]);
	return frames;
}

/* Leaves about size->frames nodes, rests not counted. False: there are no more already. */
static bool cut(struct svg_size *size, const struct flame *flame)
{
	GPtrArray *frames = all_frames(size->tree);
	bool cut = frames->len > size->frames;
	const struct flame_node *last;

	if (cut) {
		g_ptr_array_sort(frames, compare);
		last = g_ptr_array_index(frames, size->frames - 1);
		size->limits.least = last->total_ns;
		size->limits.ties = last->depth;
		flame_tree__free(size->tree);
		size->tree = flame_tree__new(flame, size->limits);
	}
	g_ptr_array_free(frames, TRUE);
	return cut;
}

struct svg_size svg_size__first(const struct flame *flame)
{
	struct svg_size size = {
		.limits = {.least = (int64_t)((double)flame__total(flame) * SVG_MIN_WIDTH /
					      SVG_INNER),
			   .ties = SVG_MAX_LEVELS,
			   .levels = SVG_MAX_LEVELS},
		.frames = MAX_FRAMES,
	};

	size.tree = flame_tree__new(flame, size.limits);
	cut(&size, flame);
	return size;
}

void svg_size__end(struct svg_size *size)
{
	flame_tree__free(size->tree);
}

bool svg_size__shrink(struct svg_size *size, const struct flame *flame, size_t bytes)
{
	double fitting = (double)size->frames * MAX_BYTES / (double)bytes * 0.9;

	while (bytes > MAX_BYTES && size->frames > MIN_FRAMES) {
		size->frames = MAX(MIN_FRAMES, (guint)fitting);
		if (cut(size, flame))
			return true;
		fitting /= 2;
	}
	return false;
}
