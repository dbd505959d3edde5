/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Durations in bins a 32nd of a power of two wide: what it says of a rank is at most 1/32 too much,
 * and never more than the maximum, which is exact.
 */
#ifndef WALLFLAME_WORKLOADS_LATENCY_H
#define WALLFLAME_WORKLOADS_LATENCY_H

#include <stdint.h>

#define LATENCY_STEP_BITS 5
#define LATENCY_BINS ((64 - LATENCY_STEP_BITS) << LATENCY_STEP_BITS)

struct latency {
	int64_t count;
	int64_t max_ns;
	uint32_t bins[LATENCY_BINS];
};

/* A negative duration counts as none. */
void latency__add(struct latency *latency, int64_t ns);
void latency__merge(struct latency *into, const struct latency *from);
/* The duration that the share `rank` (0 to 1) of all is not above, in ns; 0 when there is none. */
int64_t latency__at(const struct latency *latency, double rank);
/* The least duration above bin `bin`, in ns. */
int64_t latency__end(int bin);

#endif
