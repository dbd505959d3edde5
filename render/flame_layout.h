/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The order in which the nodes of a call tree are drawn, and their whole numbers. */
#ifndef WALLFLAME_RENDER_FLAME_LAYOUT_H
#define WALLFLAME_RENDER_FLAME_LAYOUT_H

#include <glib.h>

/*
 * Of struct flame_node with only their own values, a parent before its children, gives a new array
 * for the caller that is sorted and summed as flame_tree.h says.
 */
GArray *flame_layout__of(const GArray *nodes);

#endif
