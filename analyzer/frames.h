/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The frames of a capture. A frame is one place in the code; where calls were inlined there it
 * stands for several functions, and each of them is a row.
 */
#ifndef WALLFLAME_ANALYZER_FRAMES_H
#define WALLFLAME_ANALYZER_FRAMES_H

#include <glib.h>

#include "analyzer/analysis.h"
#include "store/reader.h"

struct frames;

/* The rows of a frame: its own function, then what was inlined, each called by the one before. */
struct frame_span {
	uint32_t first;
	uint32_t count; /* at least 1 */
	bool is_name_only; /* a kernel function that /proc named: nobody walked there */
};

/* Strings go to `strings` and live as long as it. Returns NULL with *error set, see reader.h. */
struct frames *frames__load(struct store_reader *reader, GStringChunk *strings, int *status,
			    char **error);
void frames__free(struct frames *frames);

/* Index of a frame, or NO_ID (ids.h). */
uint32_t frames__index(const struct frames *frames, store_id id);
struct frame_span frames__span(const struct frames *frames, uint32_t frame);
/* By the number of a row; stays where it is. */
const struct frame_row *frames__row(const struct frames *frames, uint32_t row);
/* The sets of vocabulary.h its function is in, with K_ANY or U_ANY. */
uint64_t frames__sets(const struct frames *frames, uint32_t row);

#endif
