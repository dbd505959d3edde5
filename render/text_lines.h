/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Lines of the text report: tables, paragraphs, headings, none wider than TEXT_COLUMNS. Whatever
 * goes through here is made harmless for a terminal.
 */
#ifndef WALLFLAME_RENDER_TEXT_LINES_H
#define WALLFLAME_RENDER_TEXT_LINES_H

#include "analyzer/analysis.h"
#include "render/units.h"

#include <stddef.h>
#include <stdio.h>

#define TEXT_COLUMNS 100

struct text_column {
	const char *title;
	int width; /* negative: right-aligned */
};

/* A table's columns; a row has as many cells. One space stands between columns, two before. */
struct text_table {
	const struct text_column *columns;
	size_t count;
};
#define TEXT_TABLE(array)                                   \
	{                                                   \
		(array), sizeof(array) / sizeof((array)[0]) \
	}

/* An empty line, the title, and what is to be said of all numbers below. */
void text__heading(FILE *out, const char *title, const char *remark);
void text__titles(FILE *out, const struct text_table *table);
void text__row(FILE *out, const struct text_table *table, const char *const cells[]);
/* Words broken into lines, every one `indent` columns in. */
void text__paragraph(FILE *out, int indent, const char *text);
__attribute__((format(printf, 3, 4))) void text__say(FILE *out, int indent, const char *format,
						     ...);

/* Says how much of a list is not shown when it is longer than `shown`. */
void text__rest(FILE *out, size_t count, size_t shown, const char *things);

/* "1.200 s .. 1.270 s"; "" for an exact figure. */
struct unit_text text__interval(const struct figure *figure);
/* "exact", "sampled +-3 %", "estimated". */
struct unit_text text__evidence(const struct figure *figure);

#endif
