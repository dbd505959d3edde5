/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Which of the functions that stand for one thing was found most. */
#ifndef WALLFLAME_ANALYZER_SYMBOLS_H
#define WALLFLAME_ANALYZER_SYMBOLS_H

#include "analyzer/stacks.h"

struct symbols;

/* `functions`: sets of vocabulary.h. */
struct symbols *symbols__new(const struct stacks *stacks, uint64_t functions);
void symbols__free(struct symbols *symbols);
/* The leafmost of the functions in the stack, if any is in it. */
void symbols__add(struct symbols *symbols, uint32_t stack, double weight);
/* The same, or else the kernel function at the leaf of the stack. */
void symbols__add_probed(struct symbols *symbols, uint32_t stack, double weight);
/* The heaviest; NULL when none was found. As long-lived as the stacks. */
const char *symbols__top(const struct symbols *symbols);

#endif
