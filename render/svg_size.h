/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How much of a flame a picture can hold. */
#ifndef WALLFLAME_RENDER_SVG_SIZE_H
#define WALLFLAME_RENDER_SVG_SIZE_H

#include "render/flame_tree.h"

struct svg_size {
	struct flame_tree *tree;
	struct flame_limits limits;
	guint frames; /* at most, those that are drawn together not counted */
};

/* As much as can be seen, of no more frames than browsers lay out at once. */
struct svg_size svg_size__first(const struct flame *flame);
void svg_size__end(struct svg_size *size);
/* False: a file of that many bytes will do. Else the tree is now one for a smaller file. */
bool svg_size__shrink(struct svg_size *size, const struct flame *flame, size_t bytes);

#endif
