// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/latency.h"

#define STEPS (1 << LATENCY_STEP_BITS)

/* The first STEPS bins are one nanosecond wide, as are the next; from there the width doubles. */
static int bin_of(uint64_t ns)
{
	int shift;

	if (ns < STEPS)
		return (int)ns;
	shift = 63 - __builtin_clzll(ns) - LATENCY_STEP_BITS;
	return shift * STEPS + (int)(ns >> shift);
}

int64_t latency__end(int bin)
{
	int shift = bin < STEPS ? 0 : bin / STEPS - 1;

	return (int64_t)((uint64_t)(bin - shift * STEPS + 1) << shift);
}

void latency__add(struct latency *latency, int64_t ns)
{
	if (ns < 0)
		ns = 0;
	latency->bins[bin_of((uint64_t)ns)]++;
	latency->count++;
	if (ns > latency->max_ns)
		latency->max_ns = ns;
}

void latency__merge(struct latency *into, const struct latency *from)
{
	for (int bin = 0; bin < LATENCY_BINS; bin++)
		into->bins[bin] += from->bins[bin];
	into->count += from->count;
	if (from->max_ns > into->max_ns)
		into->max_ns = from->max_ns;
}

int64_t latency__at(const struct latency *latency, double rank)
{
	int64_t wanted = (int64_t)(rank * (double)latency->count + 0.5);
	int64_t seen = 0;

	for (int bin = 0; bin < LATENCY_BINS; bin++) {
		seen += latency->bins[bin];
		if (seen && seen >= wanted)
			return latency__end(bin) - 1 < latency->max_ns ? latency__end(bin) - 1
								       : latency->max_ns;
	}
	return latency->max_ns;
}
