/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A capture on its way into a trace of Perfetto, and its stacks. */
#ifndef WALLFLAME_RENDER_PERFETTO_CAPTURE_H
#define WALLFLAME_RENDER_PERFETTO_CAPTURE_H

#include "render/flame_part.h"
#include "render/perfetto_trace.h"

#include <glib.h>

struct perfetto_capture {
	const struct flame_part *part;
	struct perfetto *trace;
	uint64_t *thread_tracks; /* by thread */
	GStringChunk *names; /* of what is no frame */
	GArray *frames; /* uint64_t, of the stack at hand */
	uint64_t sample_ns; /* what a sample stands for */
	uint64_t sampled_ns; /* by all samples so far */
};

/* Whether the part and its view have it. */
bool perfetto_capture__takes(const struct perfetto_capture *capture, const struct piece *piece);
/* `pieces`: all that will be sampled. */
void perfetto_capture__begin(struct perfetto_capture *capture, FILE *out, const GPtrArray *pieces);
void perfetto_capture__end(struct perfetto_capture *capture);
/* Samples of one thread's pieces, which are in the order of their slices. */
void perfetto_capture__sample(struct perfetto_capture *capture, const struct piece *const *pieces,
			      size_t count);
/* The number of a stack of the capture; 0: there is none. */
uint64_t perfetto_capture__callstack(struct perfetto_capture *capture, store_id stack);

#endif
