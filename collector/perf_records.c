// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_records.h"

#include <perf/event.h>

uint64_t perf_records__lost(const struct perf_event_header *record)
{
	const union perf_event *event = (const union perf_event *)record;

	return record->type == PERF_RECORD_LOST ? event->lost.lost : 0;
}

void perf_records__tell(struct perf_ledger *ledger, const struct perf_event_header *record,
			const struct perf_sample *sample)
{
	const union perf_event *event = (const union perf_event *)record;
	struct perf_moment at = {.cpu = sample->cpu, .time_ns = sample->time_ns};

	if (record->type == PERF_RECORD_LOST) {
		perf_ledger__lost(ledger, &at, event->lost.lost);
	} else if (record->type == PERF_RECORD_THROTTLE) {
		perf_ledger__lost(ledger, &at, 1); /* of how many, the kernel does not say */
	} else if (record->type == PERF_RECORD_FORK) {
		struct perf_birth birth = {
			.tid = event->fork.tid,
			.pid = event->fork.pid,
			.parent = event->fork.ppid,
			.parent_tid = event->fork.ptid,
		};

		perf_ledger__born(ledger, &at, &birth);
	}
}

void perf_records__tell_name(struct perf_ledger *ledger, const struct perf_event_header *record,
			     const struct perf_sample *sample)
{
	const union perf_event *event = (const union perf_event *)record;
	struct perf_moment at = {.cpu = sample->cpu, .time_ns = sample->time_ns};

	if (record->type != PERF_RECORD_COMM)
		return;
	if (record->misc & PERF_RECORD_MISC_COMM_EXEC)
		perf_ledger__executed(ledger, &at, event->comm.pid);
	perf_ledger__name(ledger, event->comm.tid, event->comm.comm);
}

void perf_records__tell_end(struct perf_ledger *ledger, const struct perf_event_header *record,
			    const struct perf_sample *sample)
{
	const union perf_event *event = (const union perf_event *)record;
	struct perf_moment at = {.cpu = sample->cpu, .time_ns = sample->time_ns};

	if (record->type == PERF_RECORD_EXIT)
		perf_ledger__leave(ledger, &at, event->fork.tid, PERF_STATE_DEAD);
}
