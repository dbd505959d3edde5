/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The lines of `perf script` with its default fields (perf-script(1)): of each sample
 *
 *	comm pid[/tid] [cpu] time: period event: ...
 *		address symbol+offset (module)
 *
 * leaf first, and a blank line. Without call chains the one frame is in the sample's own line.
 */
#ifndef WALLFLAME_RENDER_PERF_SCRIPT_H
#define WALLFLAME_RENDER_PERF_SCRIPT_H

#include "render/flame.h"

#include <stdbool.h>
#include <stdint.h>

/* Strings are parts of the line. */
struct perf_header {
	const char *comm;
	const char *event;
	int64_t period; /* -1: none is told */
	char *rest; /* what follows the event: a frame, a tracepoint's fields, nothing */
};

struct perf_frame {
	const char *symbol;
	const char *module;
	enum flame_kind kind;
};

/* Both cut the line up; false when it is none, and the line may be cut up none the less. */
bool perf_header__parse(char *line, struct perf_header *header);
bool perf_frame__parse(char *line, struct perf_frame *frame);

#endif
