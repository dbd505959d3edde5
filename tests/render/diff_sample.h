/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Two small captures, written and read by the real store, and what they differ in. */
#ifndef WALLFLAME_TESTS_RENDER_DIFF_SAMPLE_H
#define WALLFLAME_TESTS_RENDER_DIFF_SAMPLE_H

#include "analyzer/comparison.h"

/* One of a second's shares: a stack (see tests/analyzer/book.h) and its milliseconds. */
struct diff_share {
	const char *stack;
	double ms;
};

/* Captures of one thread that has these shares in each of so many seconds, ended by a NULL. */
struct analysis *diff_sample__capture(int slices, const struct diff_share *shares);

struct diff_sample {
	struct analysis *analyses[SIDES];
	struct comparison *comparison;
};
/* The second share of each second is longer by 2 ms in every other one: so nothing is too sure. */
struct diff_sample diff_sample__new(const struct diff_share *before, int before_slices,
				    const struct diff_share *after, int after_slices);
void diff_sample__free(struct diff_sample *sample);

#endif
