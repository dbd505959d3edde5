/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* From a stack and what is known beside it to the one cause. */
#ifndef WALLFLAME_ANALYZER_RULES_H
#define WALLFLAME_ANALYZER_RULES_H

#include "analyzer/causes.h"
#include "analyzer/stacks.h"

struct question {
	const struct stack_facts *stack; /* stacks__no_facts() when there is none */
	enum store_state state;
	enum store_lock lock;
	int64_t syscall;
	int64_t futex_op;
};

/* The first rule that matches decides; UNKNOWN when none does. */
enum cause rules__match(const struct question *question);
/* Whether the state alone decides the cause, so that its exact time is the cause's exact time. */
bool rules__state_decides(enum store_state state);

#endif
