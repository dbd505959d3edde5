/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The sections of the text report, in the order text.c has them. */
#ifndef WALLFLAME_RENDER_TEXT_SECTIONS_H
#define WALLFLAME_RENDER_TEXT_SECTIONS_H

#include "analyzer/analysis.h"

#include <stdio.h>

/* text_causes.c */
void text_section__verdict(FILE *out, const struct analysis *analysis);
void text_section__headlines(FILE *out, const struct analysis *analysis);
void text_section__causes(FILE *out, const struct analysis *analysis);
void text_section__locks(FILE *out, const struct analysis *analysis);
/* text_functions.c */
void text_section__functions(FILE *out, const struct analysis *analysis);
/* text_tables.c */
void text_section__syscalls(FILE *out, const struct analysis *analysis);
void text_section__spans(FILE *out, const struct analysis *analysis);
void text_section__threads(FILE *out, const struct analysis *analysis);
void text_section__processes(FILE *out, const struct analysis *analysis);
/* text_calls.c */
void text_section__calls(FILE *out, const struct analysis *analysis);
/* text_io.c */
void text_section__io(FILE *out, const struct analysis *analysis);
/* text_checks.c */
void text_section__checks(FILE *out, const struct analysis *analysis);
void text_section__losses(FILE *out, const struct analysis *analysis);
void text_section__costs(FILE *out, const struct analysis *analysis);

#endif
