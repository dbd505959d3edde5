/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a picture of one capture tells of a frame. */
#ifndef WALLFLAME_RENDER_SVG_TOOLTIP_H
#define WALLFLAME_RENDER_SVG_TOOLTIP_H

#include "render/flame_tree.h"

#include <glib.h>
#include <stdbool.h>

/* The nodes of a tree, and what they are a part of. */
struct svg_nodes {
	const struct flame_node *nodes;
	size_t count;
	int64_t whole; /* as flame__whole */
	bool is_time; /* as flame__is_time */
	bool reversed; /* as flame__is_reversed */
};

/* The name of a FLAME_REST, "12 frames, 1.234 ms": for the caller to g_free. */
char *svg_tooltip__rest_name(const struct flame_node *node, bool is_time);
/* Appends it as XML. Its first line is the name: flame.js searches in it and shows it. */
void svg_tooltip__append(GString *text, const struct svg_nodes *of, size_t index, const char *name);

#endif
