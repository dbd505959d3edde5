/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_PERF_RECORDS_H
#define WALLFLAME_COLLECTOR_PERF_RECORDS_H

#include "collector/perf_ledger.h"
#include "collector/perf_sample.h"

/* Tells the ledger what records other than samples say: births, and records that were lost. */
void perf_records__tell(struct perf_ledger *ledger, const struct perf_event_header *record,
			const struct perf_sample *sample);
/* Names and ends of threads, where switches do not tell them. */
void perf_records__tell_name(struct perf_ledger *ledger, const struct perf_event_header *record,
			     const struct perf_sample *sample);
void perf_records__tell_end(struct perf_ledger *ledger, const struct perf_event_header *record,
			    const struct perf_sample *sample);
/* How many records a PERF_RECORD_LOST stands for; 0 for any other. */
uint64_t perf_records__lost(const struct perf_event_header *record);

#endif
