/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The tree of stacks, and for each what the rules ask about it. */
#ifndef WALLFLAME_ANALYZER_STACKS_H
#define WALLFLAME_ANALYZER_STACKS_H

#include <glib.h>

#include "analyzer/analysis.h"
#include "analyzer/frames.h"
#include "store/reader.h"

#define NO_STACK UINT32_MAX
#define NO_ROW UINT32_MAX

struct stack_facts {
	uint64_t context; /* sets of its functions, from the last interrupt or fault to the leaf */
	uint64_t all; /* sets of all its kernel functions */
	/* Sets of the leafmost kernel function that is not lock primitive, helper or transparent.
	 */
	uint64_t caller;
	uint32_t caller_row; /* its row in frames.h, or NO_ROW */
	uint32_t frame; /* index in frames.h */
	uint32_t parent; /* index of the stack one frame shorter, or NO_STACK */
	uint32_t depth;
	uint32_t rows; /* functions: frames with what was inlined at them */
	store_id id;
};

struct stacks;

/* Strings go to `strings` and live as long as it. Returns NULL with *error set, see reader.h. */
struct stacks *stacks__load(struct store_reader *reader, GStringChunk *strings, int *status,
			    char **error);
void stacks__free(struct stacks *stacks);

size_t stacks__count(const struct stacks *stacks);
/* Index of a stack, or NO_STACK when there is none of that id. */
uint32_t stacks__index(const struct stacks *stacks, store_id id);
const struct stack_facts *stacks__facts(const struct stacks *stacks, uint32_t index);
/* The facts of a time without a stack. */
const struct stack_facts *stacks__no_facts(void);
const struct frames *stacks__frames(const struct stacks *stacks);
/* Its functions, root first, what was inlined after what it was inlined into. */
const struct frame_row *const *stacks__rows(struct stacks *stacks, store_id id, size_t *count);

#endif
