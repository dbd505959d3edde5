/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The functions of a tree, each once however often it is in the tree: for formats that
 * list them apart from the stacks. Of the lines that one was seen at the lowest is told.
 */
#ifndef WALLFLAME_RENDER_FLAME_FUNCTIONS_H
#define WALLFLAME_RENDER_FLAME_FUNCTIONS_H

#include "render/flame_tree.h"

struct flame_functions {
	GArray *list; /* struct flame_frame; no file or module where there are several */
	guint *of; /* by node: its index in the list; of the root: nothing */
};

/* Strings are those of the nodes; the caller frees it. */
struct flame_functions flame_functions__of(const struct flame_node *nodes, size_t count);
void flame_functions__free(struct flame_functions *functions);
const struct flame_frame *flame_functions__at(const struct flame_functions *functions, guint index);

#endif
