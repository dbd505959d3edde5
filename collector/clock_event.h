/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a record of the CPU clock tells. */
#ifndef WALLFLAME_COLLECTOR_CLOCK_EVENT_H
#define WALLFLAME_COLLECTOR_CLOCK_EVENT_H

#include "collector/clock.h"

#include <linux/perf_event.h>

/* Of the events that the records come from, together with what perf_user__ask() adds. */
#define CLOCK_SAMPLE_TYPE                                                           \
	(PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_PERIOD | \
	 PERF_SAMPLE_CALLCHAIN)

/*
 * Takes a record apart; what the event points to is copied, so the record may go. It takes far less
 * room, for a record has as much as the deepest stack needs. The caller's to free with g_free; NULL
 * for records that tell nothing or are shorter than they say.
 */
struct clock_event *clock_event__new(const struct perf_event_header *record);

#endif
