/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the halves of the perf ledger use of each other. */
#ifndef WALLFLAME_COLLECTOR_PERF_LEDGER_PRIVATE_H
#define WALLFLAME_COLLECTOR_PERF_LEDGER_PRIVATE_H

#include "collector/perf_cpu.h"
#include "collector/perf_ledger.h"

#include <glib.h>

struct perf_ledger {
	struct perf_window window;
	struct perf_sink sink;
	struct perf_cpu *cpus;
	uint32_t cpu_count;
	/* Some look-ups a switch: arrays of zero pages are the quickest. */
	struct perf_thread **by_tid;
	uint16_t *cpu_of_tid; /* + 1; of all tasks, not only the target's */
	uint32_t pid_max;
	bool sees_wakeups;
	bool charges; /* the scheduler tells what it charges */
	GHashTable *processes; /* numbers */
	GHashTable *threads; /* struct perf_thread, owned */
	uint64_t began_ns; /* the first event */
	uint64_t now_ns;
	uint64_t missing;
	uint64_t stray_stacks;
};

/* Whether the moment is of no interest any more. */
bool perf_ledger__is_over(struct perf_ledger *ledger, const struct perf_moment *at);
/* perf_ledger.c: sends what is left of it. It is freed. */
void perf_ledger__end(struct perf_ledger *ledger, struct perf_thread *thread);
/* perf_ledger_switch.c: a record that is missing must have told that it left its CPU. */
void perf_ledger__infer_leave(struct perf_ledger *ledger, struct perf_thread *thread);
void perf_ledger__place(struct perf_ledger *ledger, uint32_t tid, uint32_t cpu_or_none);

#endif
