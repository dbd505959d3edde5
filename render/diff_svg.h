/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the halves of the picture of two captures share. */
#ifndef WALLFLAME_RENDER_DIFF_SVG_H
#define WALLFLAME_RENDER_DIFF_SVG_H

#include "render/diff_tree.h"
#include "render/svg.h"

/* diff.js and diff.css, embedded by the build. */
extern const char diff_svg__js[];
extern const char diff_svg__css[];

/* What is drawn of a tree: frames that are wide enough in one of the widths at least. */
struct diff_extent {
	guint levels;
	guint rests; /* of frames that are drawn together */
};
struct diff_extent diff_frames__extent(const struct diff_node *nodes, size_t count);

struct diff_picture {
	const struct diff_node *nodes;
	size_t count;
	const struct comparison_unit *unit;
	enum diff_width width; /* shown without a script, and at first */
	struct svg_grid grid;
};
void diff_frames__write(FILE *out, const struct diff_picture *picture);
/* The patterns of what is new and what has vanished. */
void diff_frames__write_hatches(FILE *out);
/* The buttons that choose a width. */
void diff_frames__append_switch(GString *markup, enum diff_width shown);

/* The classes of a change, least first, and what they mean: for the legend. */
struct diff_shade {
	const char *classes; /* of diff.css */
	double from; /* change of the larger side, -1 to 1 */
};
#define DIFF_SHADES 9
extern const struct diff_shade diff_frames__shades[DIFF_SHADES];

#endif
