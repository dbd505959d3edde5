/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A small capture with rows in every table, and the text of any capture. */
#ifndef WALLFLAME_TESTS_STORE_SAMPLE_H
#define WALLFLAME_TESTS_STORE_SAMPLE_H

#include <glib.h>

#include "store/reader.h"
#include "store/writer.h"

#define SAMPLE_T0 1000
#define SAMPLE_T1 3000
#define SAMPLE_PERIOD 5000

/* The only row of `capture`, before the end. */
extern const struct store_capture sample_capture;
/* Rows of all tables; negative errno of the first failure. */
int sample__fill(struct store_writer *writer);
/* A whole capture at a path where none is yet. */
void sample__write(const char *path);

/* Adds every row that the reader gives, one a line, under its table's name. */
int sample__dump(struct store_reader *reader, GString *text);
/* Opens, dumps and closes. On failure *error is the reader's message; the result is NULL. */
char *sample__text(const char *path, int *err, char **error);
/* As sample__text, of a file that must be sound. */
char *sample__text_of(const char *path);
/* What the dump of sample__write is. */
extern const char sample_text[];

#endif
