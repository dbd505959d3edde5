/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The sections of the HTML report, in the order html.c has them. */
#ifndef WALLFLAME_RENDER_HTML_SECTIONS_H
#define WALLFLAME_RENDER_HTML_SECTIONS_H

#include "analyzer/analysis.h"

#include <stdio.h>

/* html_head.c */
void html_section__head(FILE *out, const struct analysis *analysis);
/* html_verdict.c */
void html_section__verdict(FILE *out, const struct analysis *analysis);
/* html_time.c */
void html_section__states(FILE *out, const struct analysis *analysis);
void html_section__time(FILE *out, const struct analysis *analysis);
/* html_flame.c */
/* 0, or -ENOMEM: there is no picture. */
int html_section__flame(FILE *out, const struct analysis *analysis);
/* html_causes.c */
void html_section__causes(FILE *out, const struct analysis *analysis);
/* html_functions.c */
void html_section__functions(FILE *out, const struct analysis *analysis);
/* html_latency.c */
void html_section__latency(FILE *out, const struct analysis *analysis);
/* html_locks.c */
void html_section__locks(FILE *out, const struct analysis *analysis);
/* html_spans.c */
void html_section__spans(FILE *out, const struct analysis *analysis);
/* html_tables.c */
void html_section__syscalls(FILE *out, const struct analysis *analysis);
/* html_calls.c */
void html_section__calls(FILE *out, const struct analysis *analysis);
/* html_io.c */
void html_section__io(FILE *out, const struct analysis *analysis);
/* html_tables.c */
void html_section__threads(FILE *out, const struct analysis *analysis);
void html_section__processes(FILE *out, const struct analysis *analysis);
/* html_checks.c */
void html_section__checks(FILE *out, const struct analysis *analysis);
void html_section__losses(FILE *out, const struct analysis *analysis);
void html_section__costs(FILE *out, const struct analysis *analysis);
void html_section__machine(FILE *out, const struct analysis *analysis);

#endif
