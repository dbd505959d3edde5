/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a row of the hot functions takes from the probe point of a capture. */
#ifndef WALLFLAME_ANALYZER_FUNCTION_ROWS_H
#define WALLFLAME_ANALYZER_FUNCTION_ROWS_H

#include "analyzer/call_losses.h"
#include "analyzer/private.h"

/* What the rows of all points are made from. */
struct function_sources {
	const struct analysis *analysis;
	const struct facts *facts;
	struct call_losses losses;
};

/* Backend, note, calls, time inside, lengths and places; `calls` stays when none were counted. */
void function_row__count(struct function_row *row, const struct function_sources *sources,
			 uint32_t point);
/* The pieces, once the time inside is known. */
void function_row__share(struct function_row *row, const struct facts *facts, uint32_t point);
/* The first function that the point was attached to, or NULL; also of NO_POINT. */
const char *function_row__attached(const struct facts *facts, uint32_t point);

#endif
