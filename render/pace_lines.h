/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the capture did to stay within its budget, as sentences of the reports for people. */
#ifndef WALLFLAME_RENDER_PACE_LINES_H
#define WALLFLAME_RENDER_PACE_LINES_H

#include "analyzer/analysis.h"

#include <glib.h>

/* char *, for the caller to free with g_ptr_array_free(); none of a capture that knows no budget.
 */
GPtrArray *pace_lines(const struct analysis *analysis);
/* Whether threads were not watched all the time. */
bool pace__is_bounded(const struct analysis *analysis);
/* A state that is not worth a line: there is none in captures that were always watched. */
bool pace__hides(const struct analysis *analysis, enum store_state state);

#endif
