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
#define SVG_ANSWERS 34 /* height below the baseline of what svg__write_answers writes first */
/* Frames narrower than this are drawn together. */
#define SVG_MIN_WIDTH 0.1
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
	gboolean kinds[FLAME_KIND_COUNT]; /* drawn */
};
struct svg_extent svg_frames__extent(const struct flame_tree *tree);
/* Draws the frames with their upper edge at `top`. is_time: as flame__is_time. */
void svg_frames__write(FILE *out, const struct flame_tree *tree, bool is_time,
		       const struct svg_extent *extent, int top);
/* flame.js and flame.css, embedded by the build. */
extern const char svg__js[];
extern const char svg__css[];

/* Breaks a note at its spaces into lines, as XML, that fit the narrowest picture. */
void svg__wrap(GPtrArray *lines, const char *note);
/* Tells of the rests of a tree, if there are any. */
void svg__note_rests(GPtrArray *lines, const struct svg_size *size, guint rests);
/* The file up to its frames. `style` comes after flame.css. */
void svg__write_opening(FILE *out, const char *heading, int height, const char *style);
/* Search, reset and flip, and `more` of XHTML beside them. */
void svg__write_controls(FILE *out, int y, const char *more);

/* Where flame.js tells of a frame, of what was found, and of the path to what is zoomed. */
void svg__write_answers(FILE *out, int y);

/* The name to show where there is no room for all of it, for the caller to g_free; NULL: none. */
char *svg_frames__brief(const struct flame_node *node);
/* Appends the attribute that tells flame.js of it. */
void svg_frames__append_brief(GString *text, const char *brief);
/* Appends what fits of the two, as flame.js does it. */
void svg_frames__append_label(GString *text, const char *name, const char *brief, size_t columns);
/* Appends what the time of a node rests on, as XML: "sampled 93.2 %, estimated 6.8 %". */
void svg_frames__evidence(GString *text, const struct flame_node *node);

#endif
