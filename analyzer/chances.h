/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The interval of a sum of pieces, whatever they have in common: a function, a stack, the node of a
 * picture. docs/causes.md has the formulas.
 */
#ifndef WALLFLAME_ANALYZER_CHANCES_H
#define WALLFLAME_ANALYZER_CHANCES_H

#include "analyzer/analysis.h"

/* What is kept of a piece beside its time and its basis. */
struct chance {
	uint32_t layer : 31;
	uint32_t blind : 1; /* without a stack: that it has its cause is a guess */
	float grain; /* see struct piece */
};

/* What the pieces of a sum have in common that draws decide, in bits; none: they are all of some
 * threads. */
enum in_common {
	IN_COMMON_CAUSE = 1,
	IN_COMMON_CODE = 2, /* a function, a stack, the end of one */
};

struct chances;

struct chances *chances__new(void);
void chances__free(struct chances *chances);
/*
 * Counts a piece of the analysis in: what is summed is a part of all that was counted in. `who`:
 * pieces of the same may have what a sum has in common, others have not; a number of the caller's,
 * the same for all pieces of a thread.
 */
struct chance chances__count(struct chances *chances, const struct analysis *analysis,
			     const struct piece *piece, uint32_t who);
/* Adds a piece to the sum at hand. */
void chances__add(struct chances *chances, const struct chance *chance, double ns,
		  enum basis basis);
/*
 * Gives the sum at hand and begins the next one. Of a cause, pieces of which it is a guess may be
 * no part. Where threads were not watched all the time, the interval of what is not exact is not
 * known from pieces: NAN.
 */
struct figure chances__sum(struct chances *chances, unsigned int common);

#endif
