/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Address ranges that may lie in each other, as functions and inlined calls do: which is innermost?
 */
#ifndef WALLFLAME_COLLECTOR_INTERVALS_H
#define WALLFLAME_COLLECTOR_INTERVALS_H

#include <stddef.h>
#include <stdint.h>

struct interval {
	uint64_t low;
	uint64_t high; /* the first address that is not in it */
	uint32_t rank; /* of several with the same ends, the one with the highest is innermost */
	uint32_t value; /* the caller's */
};

struct intervals;

struct intervals *intervals__new(void);
void intervals__free(struct intervals *intervals); /* NULL is allowed */

void intervals__add(struct intervals *intervals, const struct interval *interval);
/* Once, after all have been added: by `low`, then with the wider ones first, then by rank. */
void intervals__sort(struct intervals *intervals);
size_t intervals__count(const struct intervals *intervals);
/* In that order. Until intervals__link, `high` may be changed. */
struct interval *intervals__at(struct intervals *intervals, size_t index);
/* Once, after the sort. Takes the place of the ranks. */
void intervals__link(struct intervals *intervals);
/* The innermost that holds the address, by its index, or -1. */
int64_t intervals__find(const struct intervals *intervals, uint64_t address);

#endif
