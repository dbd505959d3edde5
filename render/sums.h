/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Sums and orders that more than one report for people shows. */
#ifndef WALLFLAME_RENDER_SUMS_H
#define WALLFLAME_RENDER_SUMS_H

#include "analyzer/analysis.h"
#include "render/units.h"

#include <glib.h>

/* Nanoseconds of waiting for a CPU, preempted or woken; of all kinds of sleep. */
double sums__no_cpu(const struct state_sums *sums);
double sums__blocked(const struct state_sums *sums);

/* Waiting for work, by the path of the cause; NULL is not. */
bool sums__is_idle(const char *cause);
/* Nanoseconds in which threads were not idle; *idle gets those in which they were. */
double sums__busy(const struct analysis *analysis, double *idle);
/* The causes (struct cause_row) that took time and are not idle, most first. The caller frees. */
GPtrArray *sums__costs(const struct analysis *analysis);

struct busy_thread {
	const struct thread_row *row;
	double ns; /* not idle */
};
/* All threads (struct busy_thread), the busiest first. The caller frees. */
GArray *sums__busy_threads(const struct analysis *analysis);

/* The upper end of the power-of-two class in which the quantile of a call's spans falls. */
struct unit_text sums__class_bound(const struct syscall_row *row, double quantile);

#endif
