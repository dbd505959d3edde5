/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Turns addresses into rows of `frame` and `stack`, each written once. */
#ifndef WALLFLAME_COLLECTOR_STACK_TABLE_H
#define WALLFLAME_COLLECTOR_STACK_TABLE_H

#include "collector/kallsyms.h"
#include "collector/modules.h"
#include "collector/space.h"
#include "collector/user_copy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct stack_table;

/* Addresses, leaf first. */
struct raw_stack {
	pid_t pid;
	struct space *space; /* NULL: none is known */
	int64_t time_ns;
	const uint64_t *kernel;
	size_t kernel_count;
	const uint64_t *user;
	size_t user_count;
	const struct user_copy
		*copy; /* to be unwound; NULL: `user` was walked along frame pointers */
	/* The leaf is where the CPU was, not a return address. */
	bool kernel_leaf_exact;
	/* It is of a call of a probe point. */
	bool of_call;
	uint64_t function; /* that was called, which becomes the leaf; 0: not known */
	bool kernel_cut; /* there were more frames than were recorded */
	bool user_cut;
	bool no_user; /* the user half could not be walked */
};

/* The arguments stay the caller's and must outlive the result. */
struct stack_table *stack_table__new(struct store_writer *writer, struct modules *modules,
				     const struct kallsyms *kallsyms);
void stack_table__free(struct stack_table *table); /* NULL is allowed */

/* Returns the stack's id, 0 when it has no frames, or a negative errno of the writer. */
store_id stack_table__intern(struct stack_table *table, const struct raw_stack *raw);
/* Of a sleeping thread: its user half, under the kernel function it waits in ("": none). */
store_id stack_table__intern_sleep(struct stack_table *table, const struct raw_stack *raw,
				   const char *wchan);

/* Stacks that end in a place where no code is known to be, so far. */
int64_t stack_table__unmapped(const struct stack_table *table);
/* User stacks that could not be followed to their root, so far: code without frame pointers. */
int64_t stack_table__broken(const struct stack_table *table);
/* Stacks without their user half, so far. */
int64_t stack_table__halves(const struct stack_table *table);
/* Stacks that were longer than could be recorded, so far. */
int64_t stack_table__cut(const struct stack_table *table);

#endif
