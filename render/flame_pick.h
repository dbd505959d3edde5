/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Which of a capture's time a picture shows. */
#ifndef WALLFLAME_RENDER_FLAME_PICK_H
#define WALLFLAME_RENDER_FLAME_PICK_H

#include "analyzer/analysis.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is not given takes all: NULL, and -1 of times. Strings are the caller's. */
struct flame_pick {
	const char *thread; /* its id, or its name */
	const char *comm; /* the name of its process */
	const char *cause; /* "lock/futex", or a group of causes: "lock" */
	const char *state; /* "io-wait", or a group of states: "blocked" */
	int64_t from_ns, to_ns; /* from the window's begin */
};

/* Takes all. */
struct flame_pick flame_pick__all(void);

struct flame_filter;

/*
 * A pick made ready for one analysis, which must outlive it; the caller frees it. NULL with *error
 * malloc'ed when something is picked that the capture does not have: what it has is listed.
 */
struct flame_filter *flame_filter__new(const struct analysis *analysis,
				       const struct flame_pick *pick, char **error);
void flame_filter__free(struct flame_filter *filter);
bool flame_filter__takes(const struct flame_filter *filter, const struct piece *piece);
/* Whether it takes of a piece's thread and slice what it wants of its cause and state. */
bool flame_filter__looks_at(const struct flame_filter *filter, const struct piece *piece);
/*
 * In words, for the caller to g_free: "thread 12, cause lock"; NULL when all is taken. Times are
 * those that were taken: whole slices.
 */
char *flame_filter__words(const struct flame_filter *filter);

#endif
