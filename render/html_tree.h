/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The call tree of the HTML report: all stacks of a capture, merged by their roots. */
#ifndef WALLFLAME_RENDER_HTML_TREE_H
#define WALLFLAME_RENDER_HTML_TREE_H

#include "render/flame.h"

#include <glib.h>
#include <json.h>

struct html_tree;

struct html_tree *html_tree__new(void);
void html_tree__free(struct html_tree *tree);

/* The node that a stack, root first, ends in. Its texts must outlive the tree. */
guint html_tree__node(struct html_tree *tree, const struct flame_frame *frames, size_t count);

/* Bytes in the page that a node would take beside those that are kept, and keeps it. */
size_t html_tree__cost(const struct html_tree *tree, guint node);
void html_tree__keep(struct html_tree *tree, guint node);

/* Numbers what is kept: a parent before its children, children by name. Once, before what follows.
 */
void html_tree__number(struct html_tree *tree);
/* The number of a node that is kept. */
guint html_tree__number_of(const struct html_tree *tree, guint node);
/* [[name, kind, module or null, name without arguments where it has some], ...] */
struct json_object *html_tree__frames(const struct html_tree *tree);
/* For every number but the root's 0: how far before it its parent is, and its frame. */
struct json_object *html_tree__nodes(const struct html_tree *tree);

#endif
