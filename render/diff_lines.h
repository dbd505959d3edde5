/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the parts of the text comparison share. */
#ifndef WALLFLAME_RENDER_DIFF_LINES_H
#define WALLFLAME_RENDER_DIFF_LINES_H

#include "analyzer/comparison.h"

#include <stdio.h>

/* Titles of the columns, then a row's line; `name` stands in the first column. */
void diff_lines__titles(FILE *out, const char *title);
void diff_lines__row(FILE *out, const struct change_row *row, const char *name);

/* diff_head_text.c */
void diff_lines__head(FILE *out, const struct comparison *comparison);
/* diff_stack_text.c */
void diff_lines__stacks(FILE *out, const struct comparison *comparison);

#endif
