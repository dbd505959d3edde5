/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* From the stacks of a flame to the nodes of their tree, one after the other. */
#ifndef WALLFLAME_RENDER_FLAME_WALK_H
#define WALLFLAME_RENDER_FLAME_WALK_H

#include "render/flame_frames.h"
#include "render/flame_tree.h"

/* A stack: a part of an array of indexes of frames, root first. */
struct flame_row {
	uint64_t first;
	uint32_t count;
	uint8_t basis; /* enum basis */
	uint8_t side; /* enum side */
	long double value;
};

struct flame_stacks {
	const struct flame_frames *frames;
	const uint32_t *ids;
	const struct flame_row *rows;
	uint32_t count;
	struct chances *chances; /* NULL: there is no evidence */
	const struct flame_evidence *evidence; /* of the rows */
	unsigned int cause_depth;
};

/* Gets a node with its own value, basis of its own value, and depth; `parent` and sums are not set.
 */
typedef void (*flame_visitor)(void *ctx, const struct flame_node *node);

/*
 * Visits the root, then every node after its parent, siblings in order. Siblings beyond the limits
 * are not entered: they come last, as one node of kind FLAME_REST with all their value.
 */
void flame_walk__nodes(const struct flame_stacks *stacks, struct flame_limits limits,
		       flame_visitor visit, void *ctx);

#endif
