/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Threads that sleep already when a capture begins, and may sleep through all of it. */
#ifndef WALLFLAME_COLLECTOR_SLEEPER_H
#define WALLFLAME_COLLECTOR_SLEEPER_H

#include "collector/roster.h"
#include "collector/sleeper_registers.h"
#include "collector/stack_table.h"

/*
 * The stack of a thread of which `sleep` has just been read: the user half from a copy of its
 * memory, if it has not moved meanwhile, else the one place that is known. registers may be NULL:
 * then code is not walked that needs more than the stack pointer. time_ns: now. Returns
 * the stack's id, 0 for none, or a negative errno of the writer.
 */
store_id sleeper__stack(struct stack_table *stacks, struct sleeper_registers *registers,
			const struct process *process, pid_t tid, const struct procfs_sleep *sleep,
			int64_t time_ns);

#endif
