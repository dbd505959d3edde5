/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The writers in the tables of render.c. They write on; render.c asks `out` whether it worked. */
#ifndef WALLFLAME_RENDER_FORMATS_H
#define WALLFLAME_RENDER_FORMATS_H

#include "analyzer/analysis.h"
#include "render/flame.h"

#include <stdio.h>

void text__write(FILE *out, const struct analysis *analysis);
void html__write(FILE *out, const struct analysis *analysis);
void json__write(FILE *out, const struct analysis *analysis);
void svg__write(FILE *out, const struct flame *flame);
void folded__write(FILE *out, const struct flame *flame);

#endif
