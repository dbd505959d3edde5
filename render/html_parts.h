/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Pieces of the HTML report. Whatever text goes through here is made harmless for a browser; only
 * the cells of columns of graphics are taken as markup, and those are made in this room.
 */
#ifndef WALLFLAME_RENDER_HTML_PARTS_H
#define WALLFLAME_RENDER_HTML_PARTS_H

#include "analyzer/analysis.h"
#include "render/units.h"

#include <glib.h>
#include <stddef.h>
#include <stdio.h>

/* A name, escaped; of a very long one only the beginning and the end. */
void html__put(FILE *out, const char *text);
/* <tag>text</tag>, the text escaped; `tag` may have attributes: "p class=\"note\"". */
__attribute__((format(printf, 3, 4))) void html__say(FILE *out, const char *tag, const char *format,
						     ...);

/* report.css, embedded by the build. */
extern const char html__css[];

/* What made the page, and what it tells. */
void html__brand(FILE *out, const char *words);
/* A way to its sections. */
struct html_chapter {
	const char *id;
	const char *title;
};
void html__chapters(FILE *out, const struct html_chapter *chapters, size_t count);

/* Opens a section with its heading and, on the same line, what is to be said of its numbers. */
void html__section(FILE *out, const char *id, const char *title, const char *remark);
void html__section_end(FILE *out);

enum html_column_kind {
	HTML_TEXT,
	HTML_PROSE, /* sentences: not cut where names would be */
	HTML_CODE, /* names of functions and the like */
	HTML_NUMBER,
	HTML_EVIDENCE, /* html__evidence */
	HTML_GRAPHIC, /* markup */
};

struct html_column {
	const char *title;
	enum html_column_kind kind;
};

struct html_table {
	const struct html_column *columns;
	size_t count;
};
#define HTML_TABLE(array)                                   \
	{                                                   \
		(array), sizeof(array) / sizeof((array)[0]) \
	}

/* `label` is for screen readers. */
void html_table__begin(FILE *out, const struct html_table *table, const char *label);
/* `class`: of the row, or NULL. */
void html_table__row(FILE *out, const struct html_table *table, const char *class,
		     const char *const cells[]);
void html_table__end(FILE *out);

/*
 * A stack, root first, as a list from the leaf down, as debuggers do: markup for the caller to
 * g_free. `count` is above 0. NULL where it takes more than *room bytes, which is what the page has
 * left for stacks and then has less of, or more than there is memory.
 */
char *html__stack_within(const struct frame_row *const *frames, size_t count, size_t *room);

/* "1.200 s – 1.270 s"; "" for an exact figure. */
struct unit_text html__interval(const struct figure *figure);
/* "exact", "sampled ±3 %", "estimated". */
struct unit_text html__evidence(const struct figure *figure);
/* That, or the name of a basis, with its mark; nothing for "". */
void html__put_evidence(FILE *out, const char *text);

/* A bar of `share` of its cell, as markup for a column of graphics. `class` colours it. */
char *html__bar(double share, const char *class);
/* A dot with the interval around it, on a scale from 0 to `whole`. */
char *html__whisker(const struct figure *figure, double whole, const char *class);

/* The class of a cause's colour, by the group it is in: "c-lock". Static. */
const char *html__cause_class(const char *path);

#endif
