/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the capture did to stay within its budget, as sentences of the reports for people. */
#ifndef WALLFLAME_RENDER_PACE_LINES_H
#define WALLFLAME_RENDER_PACE_LINES_H

#include "analyzer/analysis.h"
#include "render/units.h"

#include <glib.h>

/* char *, for the caller to free with g_ptr_array_free(); none of a capture that knows no budget.
 */
GPtrArray *pace_lines(const struct analysis *analysis);
/* Whether threads were not watched all the time. */
bool pace__is_bounded(const struct analysis *analysis);
/* A state that is not worth a line: there is none in captures that were always watched. */
bool pace__hides(const struct analysis *analysis, enum store_state state);

/* A figure of what the capture itself took, by its name; -1: not known. */
int64_t pace__cost(const struct analysis *analysis, const char *name);

/* What numbers of the ledger rest on. */
enum pace_label {
	PACE_STATES, /* times by state, and how many spans they were */
	PACE_THREADS, /* the same of each thread, with its switches and what was not idle */
	PACE_WAITS, /* what is known only of waits that were looked at */
	PACE_TOTALS, /* what pictures share out over stacks */
	PACE_LABELS,
};
/* "exact" of a capture that watched its threads all the time; otherwise what of it is exact. At
 * most 68 columns. */
const char *pace__label(const struct analysis *analysis, enum pace_label what);
/* How to read a table of threads of a bounded ledger. */
extern const char pace__of_threads[];
/* A thread's switches: `seen` by the ledger, or `kernel` by the kernel's count (negative: not
 * known) where some were not looked at; ">seen" where that is all that is known. */
struct unit_text pace__switches(const struct thread_row *row, int64_t seen, int64_t kernel);

#endif
