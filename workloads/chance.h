/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Numbers by chance that a seed repeats: splitmix64 (Steele, Lea and Flood, "Fast Splittable
 * Pseudorandom Number Generators", OOPSLA 2014). Two seeds, and two threads of one, have sequences
 * that have nothing to do with each other.
 */
#ifndef WALLFLAME_WORKLOADS_CHANCE_H
#define WALLFLAME_WORKLOADS_CHANCE_H

#include <stdint.h>

struct chance {
	uint64_t state;
};

static inline uint64_t chance__next(struct chance *chance)
{
	uint64_t z = chance->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* What the thread with this number has of the seed. */
static inline struct chance chance__of(int64_t seed, int index)
{
	struct chance chance = {(uint64_t)seed << 32 | (uint32_t)index};

	return (struct chance){chance__next(&chance)};
}

/* From 0 to `count` - 1; the bias of a remainder is less than count / 2^64. */
static inline int64_t chance__below(struct chance *chance, int64_t count)
{
	return (int64_t)(chance__next(chance) % (uint64_t)count);
}

/* From 0 to 1. */
static inline double chance__share(struct chance *chance)
{
	return (double)(chance__next(chance) >> 11) / (double)(UINT64_C(1) << 53);
}

#endif
