/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The writers in the tables of render.c. They write on, and render.c asks `out` whether it worked;
 * they tell what else fails. */
#ifndef WALLFLAME_RENDER_FORMATS_H
#define WALLFLAME_RENDER_FORMATS_H

#include "analyzer/analysis.h"
#include "analyzer/comparison.h"
#include "render/flame.h"
#include "render/flame_part.h"
#include "render/render.h"

#include <stdio.h>

int text__write(FILE *out, const struct analysis *analysis);
int html__write(FILE *out, const struct analysis *analysis);
int json__write(FILE *out, const struct analysis *analysis);
int svg__write(FILE *out, const struct flame *flame);
int folded__write(FILE *out, const struct flame *flame);
int speedscope__write(FILE *out, const struct flame *flame);
int pprof__write_flame(FILE *out, const struct flame *flame);
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
