/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the halves of the SVG writer share: the measures of the picture and its frames. */
#ifndef WALLFLAME_RENDER_SVG_H
#define WALLFLAME_RENDER_SVG_H

#include "render/svg_size.h"

#include <glib.h>
#include <stdio.h>

/* Pixels. flame.js lays out anew for the window; these are for viewers that run no scripts. */
#define SVG_WIDTH 1200
#define SVG_PAD 16
#define SVG_ROW 18
#define SVG_INNER (SVG_WIDTH - 2 * SVG_PAD)
#define SVG_FOOT 16 /* below the frames; half of it above them */
/* Frames narrower than this are drawn together. */
#define SVG_MIN_WIDTH 0.1
#define SVG_NAME_LIMIT 1000 /* characters of a name in a tooltip */
/* Browsers stop at some 16 million pixels, people long before: deeper ones as well. */
#define SVG_MAX_LEVELS 1000

/* The class letter, legend and words of a kind of frame; flame.css has its colours. */
struct svg_kind {
	char letter;
	const char *legend;
	const char *meaning;
};
extern const struct svg_kind svg__kinds[FLAME_KIND_COUNT];

/* What is drawn of a tree. */
struct svg_extent {
	guint levels;
	guint rests; /* nodes of frames that are drawn together */
	/* Drawn. */
	gboolean kinds[FLAME_KIND_COUNT];
	gboolean groups[GROUP_COUNT];
};
struct svg_extent svg_frames__extent(const struct flame_tree *tree);

/* Where frames are drawn. */
struct svg_grid {
	guint levels;
	int top; /* upper edge */
	bool hanging; /* from the root, which else is at the bottom */
	bool reversed; /* as flame__is_reversed */
};
/* Upper edge of a frame. */
int svg_grid__y(const struct svg_grid *grid, guint depth);
/* The attributes of the element around the frames: what flame.js goes by. `height`: of all. */
void svg_grid__write(FILE *out, const struct svg_grid *grid, int height);

/* Draws a tree of that flame. */
void svg_frames__write(FILE *out, const struct flame *flame, const struct flame_tree *tree,
		       const struct svg_grid *grid);
/* flame.js and flame.css, embedded by the build. */
extern const char svg__js[];
extern const char svg__css[];

/* Tells of the rests of a tree, if there are any. */
void svg__note_rests(GPtrArray *lines, const struct svg_size *size, guint rests);
/* The file up to its frames. `style` comes after flame.css. */
void svg__write_opening(FILE *out, const char *heading, int height, const char *style);
/* The group of causes whose colour a node has; GROUP_COUNT: it has that of its kind. */
enum cause_group svg_frames__group(const struct flame_node *nodes, size_t index);
/* The name to show where there is no room for all of it, for the caller to g_free; NULL: none. */
char *svg_frames__brief(const struct flame_node *node);
/* Appends the attribute that tells flame.js of it. */
void svg_frames__append_brief(GString *text, const char *brief);
/* A part of a whole, as XML: a share may begin with '<'. */
void svg_frames__append_share(GString *text, double part, double whole);
/* Its rectangle and what fits of its name, as flame.js does it. x, width: pixels. */
void svg_frames__write_box(FILE *out, const char *name, const char *brief, double x, double width,
			   int y);
/* Appends what the time of a node rests on, as XML: "sampled 93.2 %, estimated 6.8 %". */
void svg_frames__evidence(GString *text, const struct flame_node *node);

#endif
