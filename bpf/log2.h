/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The power of two of a number, for programs that have no instruction for it. */
#ifndef WALLFLAME_BPF_LOG2_H
#define WALLFLAME_BPF_LOG2_H

#include <linux/types.h>

/*
 * A de Bruijn sequence: its windows of 6 bits are all different, and so are the top 6 bits of
 * (2^(n + 1) - 1) * LOG2_SEQUENCE, which say where in the table n is.
 */
#define LOG2_SEQUENCE 0x03f79d71b4cb0a89ULL

static const __u8 wf_log2_table[64] = {
	0,  47, 1,  56, 48, 27, 2,  60, 57, 49, 41, 37, 28, 16, 3,  61, 54, 58, 35, 52, 50, 42,
	21, 44, 38, 32, 29, 23, 17, 11, 4,  62, 46, 55, 26, 59, 40, 36, 15, 53, 34, 51, 20, 43,
	31, 22, 10, 45, 25, 39, 14, 33, 19, 30, 9,  24, 13, 18, 8,  12, 7,  6,	5,  63,
};

/* The power of two at or below value: 0 for 0 and 1. Without a branch: the verifier follows each
 * way of one to the end of the program. */
static inline __attribute__((always_inline)) __u8 wf_log2(__u64 value)
{
	value |= 1;
	value |= value >> 1;
	value |= value >> 2;
	value |= value >> 4;
	value |= value >> 8;
	value |= value >> 16;
	value |= value >> 32;
	return wf_log2_table[value * LOG2_SEQUENCE >> 58];
}

#endif
