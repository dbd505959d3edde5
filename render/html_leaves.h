/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the time of the HTML report is booked on: a stack, a cause, a state and what it rests on.
 * Stacks that do not fit into the page are merged into one that says so.
 */
#ifndef WALLFLAME_RENDER_HTML_LEAVES_H
#define WALLFLAME_RENDER_HTML_LEAVES_H

#include "analyzer/analysis.h"
#include "render/html_tree.h"

struct html_leaves;

struct html_leaves *html_leaves__new(const struct analysis *analysis);
void html_leaves__free(struct html_leaves *leaves);

/* The leaf of a piece, whose time is added to it. */
guint html_leaves__book(struct html_leaves *leaves, const struct piece *piece);
/* Merges the smallest, so that stacks and leaves take some `budget` bytes. Once, after booking. */
void html_leaves__fit(struct html_leaves *leaves, size_t budget);

/* After html_leaves__fit. How many there are, those for merged stacks with them. */
guint html_leaves__count(const struct html_leaves *leaves);
/* Where the time of a leaf goes: itself, or a merged one of the same cause, state and basis. */
guint html_leaves__target(const struct html_leaves *leaves, guint leaf);
/* That merged one. */
guint html_leaves__rest(const struct html_leaves *leaves, guint leaf);
enum store_state html_leaves__state(const struct html_leaves *leaves, guint leaf);
/* Stacks that were merged, and their nanoseconds. */
guint html_leaves__merged(const struct html_leaves *leaves, double *ns);

const struct html_tree *html_leaves__tree(const struct html_leaves *leaves);
/* The leaves `order` lists: node, cause, state and basis of each. */
struct json_object *html_leaves__json(const struct html_leaves *leaves, const GArray *order);

#endif
