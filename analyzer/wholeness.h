/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How much of their user half the stacks of the evidence show. */
#ifndef WALLFLAME_ANALYZER_WHOLENESS_H
#define WALLFLAME_ANALYZER_WHOLENESS_H

#include "analyzer/facts.h"

/* By the weights of the evidence, with those of the waits for a CPU: analysis.user_stacks. */
void analysis__weigh_user_stacks(struct analysis *analysis, const struct facts *facts);

#endif
