/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Watches what a running capture takes, the programs in the kernel included, and keeps that to its
 * budget: the numbers are collector/budget.h's, here they are measured, applied and written down.
 *
 * What the programs take is the kernel's own count of their time (BPF run statistics). To count
 * costs something as well, so it is done for some tens of milliseconds at a time, and what was
 * counted then stands for the time around it. What the kernel does for the CPU clock's samples it
 * does not tell.
 */
#ifndef WALLFLAME_COLLECTOR_PACING_H
#define WALLFLAME_COLLECTOR_PACING_H

#include "collector/clock.h"
#include "collector/cost.h"
#include "collector/engine.h"
#include "store/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct pacing;

struct pacing_config {
	struct engine *engine;
	double share; /* of all CPUs, that the capture may take */
	bool asked_for; /* by the user: then the ledger may be bounded, and every cost counts */
	int hz; /* of the CPU clock */
	bool keeps_hz; /* it is not to be changed */
};

/* Engine, clock and writer stay the caller's. */
struct pacing *pacing__new(const struct pacing_config *config);
void pacing__free(struct pacing *pacing); /* NULL is allowed */

/* T as the threads alone would have it; applies what follows from it. 0 or a negative errno of the
 * writer. */
int pacing__ask_stack_period(struct pacing *pacing, int64_t period_ns, int64_t now_ns);
/* T as it is. */
int64_t pacing__stack_period_ns(const struct pacing *pacing);

/* Whether the ledger was ever kept for a part of the time only. */
bool pacing__has_bounded(const struct pacing *pacing);

/* CPU time that was taken so far. */
struct pacing_time {
	int64_t now_ns;
	int64_t cpu_ns; /* by this process */
	int64_t reader_cpu_ns; /* by the ELF reader: once for each file, however little is sampled
				*/
};
/* The window is open from t0_ns on. 0 or a negative errno of the writer. */
int pacing__begin(struct pacing *pacing, struct clock *clock, struct store_writer *writer,
		  int64_t t0_ns, const struct pacing_time *time);
/* When the next tick is due. */
int64_t pacing__due_ns(const struct pacing *pacing);
/* Measures and decides, when that is due. 0 or a negative errno of the writer. */
int pacing__tick(struct pacing *pacing, const struct pacing_time *time);
/* The window ends. Measures nothing any more; *cost gets what is known. */
void pacing__end(struct pacing *pacing, const struct pacing_time *time, struct cost *cost);

#endif
