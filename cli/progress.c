// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/progress.h"

#include <stdio.h>

#define WIDTH 30

void progress__show(void *ctx, const struct collector_progress *now)
{
	static const char full[] = "==============================";
	struct progress *progress = ctx;
	double elapsed = (double)now->elapsed_ns / 1e9;

	if (!progress->shown)
		return;
	if (now->duration_ns) {
		int done = (int)((double)now->elapsed_ns / (double)now->duration_ns * WIDTH);

		fprintf(stderr, "\r[%-*.*s] %5.1f of %.1f s", WIDTH, done > WIDTH ? WIDTH : done,
			full, elapsed, (double)now->duration_ns / 1e9);
	} else {
		fprintf(stderr, "\rcapturing: %.1f s (Ctrl-C ends it)", elapsed);
	}
	fprintf(stderr, ", %zu threads, %.1f MB\x1b[K", now->threads, (double)now->bytes / 1e6);
	progress->dirty = true;
}

void progress__clear(struct progress *progress)
{
	if (progress->dirty)
		fputs("\r\x1b[K", stderr);
	progress->dirty = false;
}
