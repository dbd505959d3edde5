/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Rows of numbers in as few bytes as they need, to be read in the order in which they were written.
 * A capture has millions of them, and most of their numbers are small.
 */
#ifndef WALLFLAME_ANALYZER_PACK_H
#define WALLFLAME_ANALYZER_PACK_H

#include <stddef.h>
#include <stdint.h>

#define PACK_NUMBERS 8 /* in a row, at most */

struct pack_chunk;

/* All zero: empty. */
struct pack {
	struct pack_chunk *first, *last;
	uint32_t rows;
};

struct pack_reader {
	const struct pack_chunk *chunk;
	uint32_t at;
};

void pack__add(struct pack *pack, const uint64_t *numbers, int count);
struct pack_reader pack__read(const struct pack *pack);
/* The next row, which has `count` numbers. Not after the last one: struct pack has their number. */
void pack_reader__next(struct pack_reader *reader, uint64_t *numbers, int count);
void pack__free(struct pack *pack);

#endif
