/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A line on stderr that says how far a capture is. */
#ifndef WALLFLAME_CLI_PROGRESS_H
#define WALLFLAME_CLI_PROGRESS_H

#include "collector/collector.h"

struct progress {
	bool shown; /* false: nothing is printed */
	bool dirty; /* the line is not empty */
};

/* A collector_progress_fn; ctx is a struct progress. */
void progress__show(void *ctx, const struct collector_progress *progress);
void progress__clear(struct progress *progress);

#endif
