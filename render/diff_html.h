/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The sections of the page of two captures. */
#ifndef WALLFLAME_RENDER_DIFF_HTML_H
#define WALLFLAME_RENDER_DIFF_HTML_H

#include "analyzer/comparison.h"
#include "render/flame.h"
#include "render/render.h"

#include <stdio.h>

/* diff_html_head.c: what is compared, and what makes that less sure. */
void diff_section__head(FILE *out, const struct comparison *comparison);
/* diff_html_verdict.c */
void diff_section__verdict(FILE *out, const struct comparison *comparison);
/* diff_html_tables.c */
void diff_section__tables(FILE *out, const struct comparison *comparison);
/* diff_html_stacks.c */
void diff_section__stacks(FILE *out, const struct comparison *comparison);
/* diff_html_flame.c: the stacks of both (diff_flame.h). 0, or -ENOMEM: there is no picture. */
int diff_section__flame(FILE *out, const struct comparison *comparison, const struct flame *flame,
			enum diff_width width);
/* diff_html_captures.c: both captures, and the rules of the verdicts. */
void diff_section__captures(FILE *out, const struct comparison *comparison);

#endif
