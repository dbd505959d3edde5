/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The flame graphs of two captures as one tree: the frames of both, also those that only one has.
 * Frames are the same when their paths of names and kinds are. What came after is scaled to the
 * amount of before (of wall time, thread time or work), so that the two can be compared.
 */
#ifndef WALLFLAME_RENDER_DIFF_TREE_H
#define WALLFLAME_RENDER_DIFF_TREE_H

#include "analyzer/comparison.h"
#include "render/flame_tree.h"
#include "render/render.h"

struct diff_node {
	const struct flame_node *frame; /* names, kind and place: of the side that has it */
	guint parent; /* index; the root is its own parent */
	guint depth;
	bool seen[SIDES];
	/* Nanoseconds of the capture before, rounded so that the self values sum to the total. */
	int64_t self_ns[WIDTH_COUNT];
	int64_t total_ns[WIDTH_COUNT];
	int64_t start_ns[WIDTH_COUNT];
};

struct diff_tree;

/* NULL with *error malloc'ed for the caller to free when the times cannot be summed. */
struct diff_tree *diff_tree__new(const struct comparison *comparison, char **error);
void diff_tree__free(struct diff_tree *tree);
/* In drawing order (flame_tree.h); node 0 is the root. */
const struct diff_node *diff_tree__nodes(const struct diff_tree *tree, size_t *count);

#endif
