/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Rows of a comparison in tables of a page. */
#ifndef WALLFLAME_RENDER_DIFF_HTML_ROWS_H
#define WALLFLAME_RENDER_DIFF_HTML_ROWS_H

#include "analyzer/comparison.h"
#include "render/html_parts.h"

#include <stdio.h>

struct diff_rows;

/*
 * Begins the table of rows of one kind: `rows` has those that are to be in it, which sets the scale
 * of its intervals. `first` titles the first column, `label` is for screen readers. Ended, and
 * freed, with diff_rows__end.
 */
struct diff_rows *diff_rows__begin(FILE *out, const struct comparison *comparison,
				   enum compared kind, const GPtrArray *rows, const char *first,
				   const char *label);
/* `name` stands in the first column. */
void diff_rows__add(struct diff_rows *table, const struct change_row *row, const char *name);
/* Columns. */
size_t diff_rows__width(const struct diff_rows *table);
void diff_rows__end(struct diff_rows *table);

#endif
