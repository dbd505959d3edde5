/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The tree of a flame of two captures (diff_flame.h) with the times of each, laid out for every
 * width. Frames are the same when their paths of names and kinds are.
 */
#ifndef WALLFLAME_RENDER_DIFF_TREE_H
#define WALLFLAME_RENDER_DIFF_TREE_H

#include "analyzer/comparison.h"
#include "render/flame_tree.h"
#include "render/render.h"

struct diff_node {
	const struct flame_node *frame; /* names, kind and place of both */
	bool seen[SIDES];
	/* Nanoseconds of the capture before, rounded so that the self values sum to the total. */
	int64_t self_ns[WIDTH_COUNT];
	int64_t total_ns[WIDTH_COUNT];
	int64_t start_ns[WIDTH_COUNT];
};

struct diff_tree;

/* Must not outlive the tree it is of. */
struct diff_tree *diff_tree__new(const struct flame_tree *tree);
void diff_tree__free(struct diff_tree *tree);
/* In drawing order (flame_tree.h); node 0 is the root. */
const struct diff_node *diff_tree__nodes(const struct diff_tree *tree, size_t *count);

#endif
