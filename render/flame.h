/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a flame graph is drawn from: stacks with a time. They come from an analysis, from folded
 * stacks, or one by one; to be rendered (render/render.h) they become a tree (flame_tree.h).
 */
#ifndef WALLFLAME_RENDER_FLAME_H
#define WALLFLAME_RENDER_FLAME_H

#include "analyzer/chances.h"
#include "analyzer/comparison.h"
#include "render/cause_group.h"
#include "render/flame_pick.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What a frame is, and thereby its colour. */
enum flame_kind {
	FLAME_GROUP, /* the root, a process, a thread */
	FLAME_CAUSE, /* a word of a cause path */
	FLAME_USER,
	FLAME_JIT,
	FLAME_INLINED,
	FLAME_KERNEL,
	FLAME_NOTE, /* no code: a remark such as "[preempted]" */
	FLAME_REST, /* only in trees: frames that are too small, see flame_tree.h */
	FLAME_KIND_COUNT,
};

struct flame_frame {
	const char *name; /* any bytes */
	const char *module; /* or NULL */
	enum flame_kind kind;
	const char *file; /* of its source, or NULL */
	uint32_t line; /* 0: not known */
};

/* Stands for "not known" where a basis is asked for: the numbers of somebody else's file. */
#define FLAME_BASIS_UNKNOWN BASIS_COUNT

struct flame;

/* A row of the table of views: which pieces of an analysis are taken, and how they are rooted. */
struct flame_view {
	const char *name; /* "wall" */
	const char *meaning; /* for the help text */
	unsigned int states; /* a bit for each enum store_state taken */
	bool cause_rooted;
};
const struct flame_view *flame_view__all(size_t *count);
/* NULL: there is no view of that name. */
const struct flame_view *flame_view__find(const char *name);

/* What stands at the root of a capture's stacks, a row of a table. */
struct flame_roots {
	const char *name; /* "thread" */
	const char *meaning; /* for the help text */
	bool process, thread; /* their names come before the frames */
};
const struct flame_roots *flame_roots__all(size_t *count);
/* NULL: there is nothing of that name. */
const struct flame_roots *flame_roots__find(const char *name);

/* A picture of an analysis. */
struct flame_wish {
	const struct flame_view *view;
	const struct flame_roots *roots;
	struct flame_pick pick;
	bool reversed; /* merged from the leaf: callees first, their callers above */
};
/* All time of every thread, rooted in processes and threads. */
struct flame_wish flame_wish__default(void);
/* "time on the CPU; only cause lock; callees first", for the caller to g_free. `picked`: as
 * flame_filter__words gives it. */
char *flame_wish__words(const struct flame_wish *wish, const char *picked);

struct flame *flame__new(void);
void flame__free(struct flame *flame);
void flame__set_title(struct flame *flame, const char *title);
/* A line of the picture's subtitle. */
void flame__add_note(struct flame *flame, const char *line);
/* All that there is, where the stacks are a part of it; nanoseconds. */
void flame__set_whole(struct flame *flame, int64_t ns);
/* Its stacks are added leaf first. */
void flame__set_reversed(struct flame *flame);
/* To be drawn from the top, as icicles hang, where it is drawn. */
void flame__hang(struct flame *flame);

/*
 * Whose the stacks are that are added from now on, of a picture of two captures, and what their
 * values are multiplied by. Until then it is the capture before, by one.
 */
void flame__turn_to(struct flame *flame, enum side side, long double scale);

/*
 * Adds a stack, root first. `value` is in nanoseconds (in the unit of the file where the basis is
 * unknown); long double holds every int64_t exactly here. Returns 0, -EINVAL for a negative value
 * or one that is no number, -ERANGE when the total would not fit an int64_t, or -E2BIG for more
 * stacks or frames than INT_MAX.
 */
int flame__add(struct flame *flame, const struct flame_frame *frames, size_t count,
	       long double value, enum basis basis);
/* What is known of a stack beside its time, where it comes from an analysis. */
struct flame_evidence {
	struct chance chance;
	enum cause_group waits; /* why it waits; GROUP_COUNT: it does not */
};
/*
 * From now on flame__add_interned takes evidence, by which a node has an interval and a cause of
 * its waiting. The flame frees the chances. cause_depth: nodes from there on have a cause in
 * common.
 */
void flame__set_chances(struct flame *flame, struct chances *chances, unsigned int cause_depth);
/* The same of frames that flame__intern has given an index. `evidence`: or NULL. */
int flame__add_interned(struct flame *flame, const uint32_t *frames, size_t count,
			long double value, enum basis basis, const struct flame_evidence *evidence);
/* The index of a frame; its strings are copied. */
uint32_t flame__intern(struct flame *flame, const struct flame_frame *frame);
/* What has been given that index, until the next is; its strings live as long as the flame. */
const struct flame_frame *flame__frame(const struct flame *flame, uint32_t index);

/*
 * Each gives a flame the caller frees with flame__free, or a negative errno with *error
 * malloc'ed for the caller to free.
 *
 * The stacks of an analysis are rooted in process and thread names, threads of the same name
 * merged: process; thread (where it has a name of its own); user frames; kernel frames. In a
 * cause-rooted view the words of the cause path come before: group; leaf; process; thread; ...
 * Time on the run queue ends in a note that says so, and so does time for which no stack was drawn.
 * Reversed, all but the cause is the other way round. -ENOENT when something is picked that the
 * capture does not have, or no time of it.
 */
int flame__from_analysis(struct flame **out, const struct analysis *analysis,
			 const struct flame_wish *wish, char **error);
/* What was taken of a capture. */
struct flame_taken {
	double ns;
	char *picked; /* in words, for the caller to g_free; NULL: all */
};
/*
 * Adds the same stacks to a flame that others may be in. Fails as that does, but for time that is
 * not there.
 */
int flame__add_analysis(struct flame *flame, const struct analysis *analysis,
			const struct flame_wish *wish, struct flame_taken *taken, char **error);
/*
 * The stacks of a probe point's timed calls, rooted as above; the whole is the time inside its
 * calls, and what no stack is known of ends in a note that says so. -ENOENT when the capture knows
 * no such point (*error lists those it knows) or has no time of it.
 */
int flame__from_probe(struct flame **out, const struct analysis *analysis, const char *probe,
		      char **error);
/*
 * Reads the stacks of any tool: folded ones, or what perf script prints, which the first line
 * tells. `name` stands for the file in messages, which give the number of the offending line.
 * Counts with a fraction are taken; "# " begins a comment line.
 */
int flame__from_text(struct flame **out, FILE *in, const char *name, char **error);
/* Folded stacks only. */
int flame__from_folded(struct flame **out, FILE *in, const char *name, char **error);

/*
 * Shortens the names of the program's functions that were added so far (render/shorten.h). Siblings
 * that have one name then become one.
 */
void flame__shorten_names(struct flame *flame);

/* The sum of a side's stacks; of one capture all are SIDE_BEFORE's. */
long double flame__total_of(const struct flame *flame, enum side side);
/* The sum of all stacks, in whole nanoseconds or counts. */
int64_t flame__total(const struct flame *flame);

#endif
