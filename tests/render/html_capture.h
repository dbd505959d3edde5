/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Captures with known times by thread and slice, for what draws them. */
#ifndef WALLFLAME_TESTS_RENDER_HTML_CAPTURE_H
#define WALLFLAME_TESTS_RENDER_HTML_CAPTURE_H

#include "analyzer/analysis.h"

#define HTML_CAPTURE_SECOND INT64_C(1000000000)

struct html_shape {
	int threads;
	int slices; /* of a second */
	int stacks; /* that threads run in, all in all */
	int draws; /* of them in each thread and slice */
	const char *name; /* of the process, the first thread and a function; any bytes */
	const char *more; /* before the name of every function they run in, or NULL */
	int depth; /* functions of that name above the one that sleeps */
};

/* Of thread and slice; the rest of the second it sleeps. */
int64_t html_capture__running_ns(int thread, int slice);
/* For the caller to free with analysis__free; NULL with a message on stderr. */
struct analysis *html_capture(const struct html_shape *shape);

#endif
