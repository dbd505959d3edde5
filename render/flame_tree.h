/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The stacks of a flame as a tree, for its renderers: the nodes in the order they are drawn and
 * written (a parent before its children, children by name, then kind), so that no renderer needs
 * recursion, however deep a stack is.
 */
#ifndef WALLFLAME_RENDER_FLAME_TREE_H
#define WALLFLAME_RENDER_FLAME_TREE_H

#include "render/flame.h"

#include <glib.h>

struct flame_node {
	const char *name; /* NULL: FLAME_REST */
	const char *
		whole_name; /* before it was shortened, NULL: it was not; or flame__several_names */
	const char *module; /* NULL: none or not known; flame__several_modules: not one */
	const char *file; /* NULL: not known; flame__several_files: not one */
	uint32_t first_line; /* the lowest and the highest seen in that file; 0: not known */
	uint32_t last_line;
	enum flame_kind kind;
	bool is_leaf; /* of a reversed flame: what its stacks ended in, so that all of it is its own
		       */
	guint parent; /* index; the root is its own parent */
	guint depth;
	guint folded; /* of FLAME_REST: how many siblings it stands for, with all above them */
	long double self[SIDES]; /* of one capture all is SIDE_BEFORE's */
	double basis[BASIS_COUNT + 1]; /* the value at and above it, by what it rests on */
	enum cause_group waits; /* why nearly all of it waits; GROUP_COUNT: it does not */
	struct figure time; /* with its interval; all zero where there is none */
	/* Whole numbers, rounded so that the self values sum to the total. */
	int64_t self_ns;
	int64_t total_ns;
	int64_t start_ns; /* of the node's range in the root's */
};

/* Known by their addresses. */
extern const char flame__several_modules[];
extern const char flame__several_files[];
extern const char flame__several_names[];

/* Whether it is a function of the program, whose names can be shortened. */
bool flame_kind__is_program(enum flame_kind kind);

/* What is not to become nodes of its own; all zero: everything is. */
struct flame_limits {
	int64_t least; /* nodes of less are too small */
	guint ties; /* those of just that are when they are deeper than this */
	guint tied; /* as many that are just so deep are not, the first met; 0: all are not */
	guint levels; /* as many there are at most; 0: as many as there are */
};

struct flame_tree;

/*
 * Siblings beyond a limit become one node, FLAME_REST, the last of them. The tree must not outlive
 * the flame; the caller frees it.
 */
struct flame_tree *flame_tree__new(const struct flame *flame, struct flame_limits limits);
void flame_tree__free(struct flame_tree *tree);
/* Node 0 is the root, "all"; it is always there. */
const struct flame_node *flame_tree__nodes(const struct flame_tree *tree, size_t *count);

/* The nodes of the whole tree one by one, without what a tree sums up, see flame_walk.h. */
void flame__visit(const struct flame *flame,
		  void (*visit)(void *ctx, const struct flame_node *node), void *ctx);
const char *flame__title(const struct flame *flame);
/* NULL-terminated. */
const char *const *flame__notes(const struct flame *flame);
/* What flame__set_whole got, never less than the stacks. */
int64_t flame__whole(const struct flame *flame);
bool flame__is_reversed(const struct flame *flame);
bool flame__hangs(const struct flame *flame);
/* Whether the values are nanoseconds with a known basis. */
bool flame__is_time(const struct flame *flame);

#endif
