/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A thread's waits for a CPU, brought to the kernel's own count of them (run_delay in schedstat).
 *
 * Records tell when a thread was woken and came on, each some microseconds after the scheduler has
 * read the clock that it counts by: of thousands of waits that makes some percent. A wake-up that
 * was not reported leaves a wait out. So the kernel's count is read now and then. That is not of
 * the moment of any record; but it changes only when a thread comes onto a CPU, and while it waits
 * for one, when it is moved to another run queue: what it has waited until then is counted there
 * (sched_info_dequeue(), kernel/sched/stats.h). So the next record of an arrival tells whether the
 * reading was before or after it, and a reading from within a wait is of no use.
 */
#ifndef WALLFLAME_COLLECTOR_PERF_WAITS_H
#define WALLFLAME_COLLECTOR_PERF_WAITS_H

#include "collector/perf_thread.h"

#include <stdbool.h>
#include <stdint.h>

/* It has waited since the counts were last compared, and nothing is read yet. */
bool perf_waits__are_to_be_read(const struct perf_thread *thread);
/* Reads the kernel's count. */
void perf_waits__read(struct perf_thread *thread);
/* Before a wait is booked whose thread comes onto a CPU at on_ns (UINT64_MAX: it does not any
 * more): compares what was read, if it is of before. */
void perf_waits__compare(struct perf_thread *thread, uint64_t on_ns);
/* Before the sums of a thread that has ended are sent for the last time: what was read or is owed.
 */
void perf_waits__end(struct perf_thread *thread);
/* What a thread that leaves its CPU has waited before it came on, with as much of what is owed as
 * its sleep before that has room for. */
uint64_t perf_waits__make_up(struct perf_thread *thread);
/* A wait of so many ns has been counted; is_missing: it was not told when it began. */
void perf_waits__count(struct perf_thread *thread, uint64_t ns, bool is_missing);

#endif
