/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How much of a flame a picture can hold. */
#ifndef WALLFLAME_RENDER_SVG_SIZE_H
#define WALLFLAME_RENDER_SVG_SIZE_H

#include "render/flame_tree.h"

#include <stdio.h>

struct svg_bounds {
	guint frames; /* those that are drawn together not counted */
	size_t bytes;
};
/* What browsers lay out at once. */
extern const struct svg_bounds svg_bounds__of_file;

struct svg_size {
	struct flame_tree *tree;
	struct flame_limits limits;
	struct svg_bounds bounds;
};

/* Writes the tree at hand, whole. */
typedef void (*svg_writer)(FILE *out, const struct svg_size *size, const void *ctx);

/*
 * Writes as much of a flame as can be seen and is inside the bounds: with fewer frames from step to
 * step, until it is. Of two captures what is to be seen in one of them is to be seen. Returns 0, or
 * -ENOMEM with nothing written.
 */
int svg_size__write(FILE *out, const struct flame *flame, struct svg_bounds bounds,
		    svg_writer write, const void *ctx);

#endif
