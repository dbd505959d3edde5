/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The writers in the tables of render.c. They write on; render.c asks `out` whether it worked. */
#ifndef WALLFLAME_RENDER_FORMATS_H
#define WALLFLAME_RENDER_FORMATS_H

#include "analyzer/analysis.h"
#include "analyzer/comparison.h"
#include "render/flame.h"
#include "render/flame_part.h"
#include "render/render.h"

#include <stdio.h>

void text__write(FILE *out, const struct analysis *analysis);
void html__write(FILE *out, const struct analysis *analysis);
void json__write(FILE *out, const struct analysis *analysis);
void svg__write(FILE *out, const struct flame *flame);
void folded__write(FILE *out, const struct flame *flame);
void speedscope__write(FILE *out, const struct flame *flame);
void pprof__write_flame(FILE *out, const struct flame *flame);
void pprof__write_part(FILE *out, const struct flame_part *part);
void perfetto__write_part(FILE *out, const struct flame_part *part);
/* How folded stacks tell a kind: the ending of a frame's name. */
const char *folded__ending(enum flame_kind kind);
int diff_text__write(FILE *out, const struct comparison *comparison, const struct diff_wish *wish,
		     char **error);
int diff_json__write(FILE *out, const struct comparison *comparison, const struct diff_wish *wish,
		     char **error);
int diff_html__write(FILE *out, const struct comparison *comparison, const struct diff_wish *wish,
		     char **error);
int diff_folded__write(FILE *out, const struct comparison *comparison, const struct diff_wish *wish,
		       char **error);
int diff_svg__write(FILE *out, const struct comparison *comparison, const struct diff_wish *wish,
		    char **error);

#endif
