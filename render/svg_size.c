// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/svg_size.h"

#include "render/draft.h"
#include "render/svg.h"

#include <math.h>

const struct svg_bounds svg_bounds__of_file = {.frames = 8000, .bytes = 3000000};

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

/* Leaves about as many nodes as are allowed, rests not counted. False: there are no more already.
 */
static bool cut(struct svg_size *size, const struct flame *flame)
{
	GPtrArray *ranked = all_frames(size->tree);
	guint first, frames = size->bounds.frames;
	bool cut = ranked->len > frames;

	if (cut) {
		const struct flame_node *last;

		g_ptr_array_sort(ranked, compare);
		last = g_ptr_array_index(ranked, frames - 1);
		for (first = frames - 1; first > 0; first--)
			if (compare(&ranked->pdata[first - 1], &ranked->pdata[frames - 1]) != 0)
				break;
		size->limits.least = last->total_ns;
		size->limits.ties = last->depth;
		size->limits.tied = frames - first;
		flame_tree__free(size->tree);
		size->tree = flame_tree__new(flame, size->limits);
	}
	g_ptr_array_free(ranked, TRUE);
	return cut;
}

/* The smaller of two captures: no picture is drawn on a smaller scale than all of that. */
static long double smallest_total(const struct flame *flame)
{
	long double before = flame__total_of(flame, SIDE_BEFORE);
	long double after = flame__total_of(flame, SIDE_AFTER);

	return before > 0 && after > 0 ? fminl(before, after) : before + after;
}

static struct svg_size first(const struct flame *flame, struct svg_bounds bounds)
{
	struct svg_size size = {
		.limits = {.least = (int64_t)((double)smallest_total(flame) * SVG_MIN_WIDTH /
					      SVG_INNER),
			   .ties = SVG_MAX_LEVELS,
			   .levels = SVG_MAX_LEVELS},
		.bounds = bounds,
	};

	size.tree = flame_tree__new(flame, size.limits);
	cut(&size, flame);
	return size;
}

/* False: a file of that many bytes will do. Else the tree is now one for a smaller file. */
static bool shrink(struct svg_size *size, const struct flame *flame, size_t bytes)
{
	struct svg_bounds *bounds = &size->bounds;
	double fitting = (double)bounds->frames * (double)bounds->bytes / (double)bytes * 0.9;

	while (bytes > bounds->bytes && bounds->frames > MIN_FRAMES) {
		bounds->frames = MAX(MIN_FRAMES, (guint)fitting);
		if (cut(size, flame))
			return true;
		fitting /= 2;
	}
	return false;
}

int svg_size__write(FILE *out, const struct flame *flame, struct svg_bounds bounds,
		    svg_writer write, const void *ctx)
{
	struct svg_size size = first(flame, bounds);
	struct draft draft = {0};
	int err;

	do {
		g_free(draft.text);
		err = draft__open(&draft);
		if (err)
			break;
		write(draft.stream, &size, ctx);
		err = draft__close(&draft);
	} while (!err && shrink(&size, flame, draft.length));
	if (!err)
		(void)fwrite(draft.text, 1, draft.length, out);
	flame_tree__free(size.tree);
	g_free(draft.text);
	return err;
}
