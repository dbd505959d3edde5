/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Stacks of one switch in N, from an event of their own. The kernel writes both samples of one
 * switch, the plain one and the one with a stack, in an order that depends on which event was
 * opened first: a stack may come before its switch.
 */
#ifndef WALLFLAME_COLLECTOR_PERF_STACK_H
#define WALLFLAME_COLLECTOR_PERF_STACK_H

#include "collector/perf_sample.h"
#include "collector/perf_slot.h"
#include "collector/perf_thread.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct perf_draw {
	uint32_t period; /* one in so many is drawn */
	uint32_t max_chain; /* frames of a call chain at most (perf_event_max_stack) */
	GHashTable *walked; /* processes whose code keeps frame pointers: their numbers; or NULL */
};

/* Of a thread that leaves its CPU. False: one drawn before found no switch and was dropped. */
bool perf_stack__of_switch(struct perf_thread *thread, const struct perf_sample *sample,
			   const struct perf_draw *draw, const struct perf_sink *sink);
/* The thread has left its CPU: what came before is sent, or dropped (false) if it does not
 * belong to this switch. */
bool perf_stack__send_early(struct perf_thread *thread, uint64_t told_ns,
			    const struct perf_sink *sink);
/* Of a thread that has waited for a lock. */
void perf_stack__of_lock(const struct perf_thread *thread, const struct perf_sample *sample,
			 const struct perf_draw *draw, const struct perf_lock_end *wait,
			 const struct perf_sink *sink);

#endif
