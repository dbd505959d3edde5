/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* An analysis made by hand, with a hostile name in every place a name can be. */
#ifndef WALLFLAME_TESTS_RENDER_ANALYSIS_SAMPLE_H
#define WALLFLAME_TESTS_RENDER_ANALYSIS_SAMPLE_H

#include "analyzer/analysis.h"

#define SAMPLE_THREADS 30

/* Static; its pieces have no stacks. */
const struct analysis *analysis_sample(void);
/* The same, cut off while recording, with `name` wherever a name stands. */
void analysis_sample__hostile(struct analysis *out, const char *name);
/* The same, of a ledger that was bounded: 2 s of most threads were not observed. */
void analysis_sample__bounded(struct analysis *out);
void analysis_sample__free(struct analysis *analysis);

#endif
