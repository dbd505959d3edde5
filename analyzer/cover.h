/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How likely a span was to be seen by a ledger that was kept for a part of the time:
 * docs/budget.md. */
#ifndef WALLFLAME_ANALYZER_COVER_H
#define WALLFLAME_ANALYZER_COVER_H

#include "analyzer/analysis.h"

struct cover;

struct cover *cover__new(const struct analysis *analysis);
void cover__free(struct cover *cover);
/* The chance of a span that begins in that slice and is about as long as its class (a power of two
 * of nanoseconds) says: above 0, at most 1. */
double cover__chance(const struct cover *cover, uint32_t slice, unsigned int class);
/* Pieces of time in which the ledger was kept, while it was kept for a part of the time: expected.
 */
double cover__pieces(const struct cover *cover);

#endif
