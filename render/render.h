/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Analyses as reports and call trees as flame graphs. Formats are rows of tables, looked up by
 * name; a new one is a file in this room and a row in render.c.
 *
 * Output depends on the input alone: not on the locale, the time or the machine.
 */
#ifndef WALLFLAME_RENDER_RENDER_H
#define WALLFLAME_RENDER_RENDER_H

#include "analyzer/analysis.h"
#include "analyzer/comparison.h"
#include "render/flame.h"
#include "render/flame_part.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct report_format {
	const char *name; /* "text" */
	const char *meaning; /* for the help text */
	/* 0, or a negative errno that `out` does not tell. */
	int (*write)(FILE *out, const struct analysis *analysis);
	bool by_slice; /* shows pieces by their slices: an analysis with sums over them will not do
			*/
};

struct flame_format {
	const char *name; /* "svg" */
	const char *meaning;
	/* The same; NULL: write_part only. */
	int (*write)(FILE *out, const struct flame *flame);
	/* Of a capture, where the format holds more than a call tree; NULL: it does not. */
	void (*write_part)(FILE *out, const struct flame_part *part);
	bool hangs; /* heeds flame__hang */
};

/* What a picture of two captures shows as the widths of its frames: one of them, or their sum. */
enum diff_width {
	WIDTH_BEFORE = SIDE_BEFORE,
	WIDTH_AFTER = SIDE_AFTER,
	WIDTH_BOTH,
	WIDTH_COUNT,
};

/* What is asked of one: others have no use for `width`, tables for none of it. */
struct diff_wish {
	enum diff_width width; /* shown at first */
	struct flame_wish flame;
};

struct diff_format {
	const char *name; /* "text" */
	const char *meaning;
	/* As render__diff, but for what `out` tells. */
	int (*write)(FILE *out, const struct comparison *comparison, const struct diff_wish *wish,
		     char **error);
	bool has_widths, has_stacks; /* others write the same whatever is wished for of them */
};

/* The first row is the default. */
const struct report_format *report_format__all(size_t *count);
const struct flame_format *flame_format__all(size_t *count);
const struct diff_format *diff_format__all(size_t *count);
/* NULL: there is no format of that name. */
const struct report_format *report_format__find(const char *name);
const struct flame_format *flame_format__find(const char *name);
const struct diff_format *diff_format__find(const char *name);

/*
 * Write everything to `out` and flush it. Return 0, or a negative errno when anything could not be
 * written: what is in the file then is not whole.
 */
int render__report(FILE *out, const struct analysis *analysis, const struct report_format *format);
/* For formats with `write`. */
int render__flame(FILE *out, const struct flame *flame, const struct flame_format *format);
/* For formats with write_part. */
int render__part(FILE *out, const struct flame_part *part, const struct flame_format *format);
/*
 * *error is malloc'ed for the caller to free where
 * not writing failed but there is nothing that could be written; else it stays as it was.
 */
int render__diff(FILE *out, const struct comparison *comparison, const struct diff_format *format,
		 const struct diff_wish *wish, char **error);

#endif
