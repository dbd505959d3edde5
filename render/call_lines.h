/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How often system calls were made, as lines of the reports for people. */
#ifndef WALLFLAME_RENDER_CALL_LINES_H
#define WALLFLAME_RENDER_CALL_LINES_H

#include "analyzer/analysis.h"
#include "render/units.h"

#include <glib.h>

/* What the numbers rest on: "sampled: 20 moments of 5 ms, 1.0 % of the time". For g_free. */
char *call_lines__remark(const struct analysis *analysis);
/* How the lines are to be read, or why there are none. For g_free. */
char *call_lines__explanation(const struct analysis *analysis);

/* The rows of one process, or of CALLS_OF_ALL, in analysis.calls. */
const struct call_row *call_lines__of(const struct analysis *analysis, size_t process,
				      size_t *count);
/* Whether more than one process has rows. */
bool call_lines__has_several(const struct analysis *analysis);

struct call_texts {
	struct unit_text per_second, low, high, errors, bytes, mean, blocked;
};
struct call_texts call_line__texts(const struct call_row *row);

#endif
