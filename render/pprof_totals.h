/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The time of a capture's part by what a sample of pprof tells: all but its slices. */
#ifndef WALLFLAME_RENDER_PPROF_TOTALS_H
#define WALLFLAME_RENDER_PPROF_TOTALS_H

#include "render/flame_part.h"

#include <glib.h>

/* The pieces of all slices that differ in nothing else. */
struct pprof_total {
	struct {
		store_id stack;
		uint32_t thread;
		uint32_t cause;
		int32_t syscall;
		enum store_state state;
		enum basis basis;
	} key;
	long double ns;
};

/* struct pprof_total, in the order of the pieces; for the caller to free. */
GArray *pprof_totals__of(const struct flame_part *part);

#endif
