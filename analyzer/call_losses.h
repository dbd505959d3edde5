/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Whether a capture saw every call that its probe points count, and every wait for a lock. */
#ifndef WALLFLAME_ANALYZER_CALL_LOSSES_H
#define WALLFLAME_ANALYZER_CALL_LOSSES_H

#include "analyzer/analysis.h"

/* By what reached a point and what was counted of it; COUNTS_NOTHING: the sleeps of the ledger. */
struct call_losses {
	bool any[BACKEND_COUNT][COUNTS_COUNT];
	bool locks; /* of the waits for kernel locks some may be missing */
};

struct call_losses call_losses__of(const struct analysis *analysis);

#endif
