/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Walks a user stack from a copy of it and of the registers. docs/unwinding.md says why so. */
#ifndef WALLFLAME_COLLECTOR_UNWIND_H
#define WALLFLAME_COLLECTOR_UNWIND_H

#include "collector/user_copy.h"

/* What is known of the code at a place. */
enum unwind_code {
	UNWIND_NOWHERE, /* there is no code */
	UNWIND_BAD_RULE, /* there is a row, but it cannot be used */
	UNWIND_WITHOUT_RULE, /* code without a call frame row: along frame pointers, if at all */
	UNWIND_BY_RULE,
};

/* *rule, set for UNWIND_BY_RULE, is used before the next call. */
typedef enum unwind_code (*unwind_find_fn)(void *ctx, uint64_t place,
					   const struct unwind_rule **rule);

enum unwind_end {
	UNWIND_WHOLE, /* it reaches the first frame of its thread */
	UNWIND_TRUNCATED, /* it is longer than the copy, or than there was room for */
	UNWIND_BROKEN, /* it leads nowhere */
};

/* Places, leaf first, as they are looked up: of callers, the byte before the return address. */
struct unwind_stack {
	uint64_t *places;
	size_t room; /* at least 1 */
	size_t count;
	enum unwind_end end;
};

/* Fills in the stack. */
void unwind__walk(const struct user_copy *copy, unwind_find_fn find, void *ctx,
		  struct unwind_stack *out);
/*
 * The same for code that keeps frame pointers, of which `chain` was walked in the kernel: return
 * addresses, the leaf itself first. Frame pointers miss the callers of functions that have no frame
 * of their own yet, or none at all: those come from the copy, which may be short.
 */
void unwind__join(const struct user_copy *copy, const uint64_t *chain, size_t chain_count,
		  unwind_find_fn find, void *ctx, struct unwind_stack *out);

#endif
