/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a renderer writes, as a string. */
#ifndef WALLFLAME_TESTS_RENDER_OUTPUT_H
#define WALLFLAME_TESTS_RENDER_OUTPUT_H

#include "render/render.h"

/* All time of an analysis in a view. */
struct flame_wish output__wish(const char *view);
/* The caller frees. */
char *output__flame(const struct flame *flame, const char *format);
char *output__report(const struct analysis *analysis, const char *format);
/* NULL with *error set when it is not read. */
struct flame *output__read_folded(const char *text, size_t size, char **error);
/* Sum of the counts of folded stacks. */
int64_t output__folded_sum(const char *folded);

#endif
