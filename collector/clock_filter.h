/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The program that lets only samples of the target into the rings of the CPU clock. */
#ifndef WALLFLAME_COLLECTOR_CLOCK_FILTER_H
#define WALLFLAME_COLLECTOR_CLOCK_FILTER_H

#include "collector/engine.h"

struct clock_filter;
struct wallflame_bpf;

/* Works on the targets of the main object, which is loaded. Returns 0 or a negative errno. */
int clock_filter__open(struct clock_filter **out, const struct wallflame_bpf *main);
void clock_filter__close(struct clock_filter *filter); /* NULL is allowed */
/* The program's descriptor, which stays the filter's. */
int clock_filter__fd(const struct clock_filter *filter);
/* Adds its runs that were counted while the statistics were on. NULL is allowed. */
void clock_filter__add_runs(const struct clock_filter *filter, struct engine_run_stats *stats);

#endif
