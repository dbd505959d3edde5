/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The user half of a stack: which places it goes through, and whether it is whole. */
#ifndef WALLFLAME_COLLECTOR_USER_HALF_H
#define WALLFLAME_COLLECTOR_USER_HALF_H

#include "collector/modules.h"
#include "collector/space.h"
#include "collector/unwind.h"

struct user_half;

/* What is known of it. The pointers stay the caller's. */
struct user_raw {
	pid_t pid;
	struct space *space; /* NULL: none is known */
	int64_t time_ns;
	const uint64_t *chain; /* along frame pointers, leaf first, return addresses above it */
	size_t chain_count;
	bool chain_cut; /* there were more frames than were recorded */
	const struct user_copy *copy; /* NULL: there is none */
};

/* The modules stay the caller's and must outlive the result. */
struct user_half *user_half__new(struct modules *modules);
void user_half__free(struct user_half *half); /* NULL is allowed */
/* Fills in the stack; its places live until the next call. Returns 0 or a negative errno of the
 * writer. */
int user_half__walk(struct user_half *half, const struct user_raw *raw, struct unwind_stack *out);

#endif
