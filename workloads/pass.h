/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Goes through a file piece by piece, in order or by chance, again and again. */
#ifndef WALLFLAME_WORKLOADS_PASS_H
#define WALLFLAME_WORKLOADS_PASS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct pass {
	int fd; /* the caller's */
	bool cold; /* out of memory before each pass */
	size_t piece; /* bytes */
	int64_t pieces; /* how many there are */
	int64_t next;
	uint32_t *order; /* of the pieces; NULL: as they are */
};

/* Over a file of that size, in pieces of that size. The first pass is still to begin. */
struct pass pass__new(int fd, size_t size, size_t piece, bool cold);
/* Has every pass go through the pieces in one order of chance, each of them once. 0 or -ENOMEM. */
int pass__shuffle(struct pass *pass, int64_t seed);
void pass__free(struct pass *pass);

bool pass__over(const struct pass *pass);
/* Begins a pass. Returns 0 or a negative errno. */
int pass__again(struct pass *pass);
/* Where the next piece begins. The pass must not be over. */
off_t pass__next(struct pass *pass);

#endif
