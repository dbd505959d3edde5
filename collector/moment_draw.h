/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * When to look: the time is cut into equal stretches, and each has one moment of MOMENT_NS at a
 * place of its own, every place being as likely (a stratified sample of the time).
 */
#ifndef WALLFLAME_COLLECTOR_MOMENT_DRAW_H
#define WALLFLAME_COLLECTOR_MOMENT_DRAW_H

#include <stdint.h>

/*
 * Short, for many moments tell more than few long ones of the same time, and long enough that to
 * begin and to end one, which takes some hundred microseconds of a CPU, is a small part of it.
 */
#define MOMENT_NS 5000000LL
#define MOMENT_SHARE_MAX_PPM 500000U

struct moment {
	int64_t from_ns;
	int64_t to_ns; /* not in it any more */
};

struct moment_draw {
	int64_t next_ns; /* where the next stretch begins, if it is not too late for it */
};

/* share_ppm: of the time, in millionths, from 1 to MOMENT_SHARE_MAX_PPM; place: at random, from 0
 * up to, not including, 1. */
struct moment moment_draw__next(struct moment_draw *draw, int64_t now_ns, uint32_t share_ppm,
				double place);

#endif
