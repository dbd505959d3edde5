/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The flight recorder: captures that follow each other without a gap, of which the newest stay and
 * those around a bad moment are kept. docs/flight-recorder.md.
 *
 * Each window is a capture in a process of its own: so the next one can be attached, and the one
 * before be named, written and judged, while a window passes; and nothing adds up over the run.
 */
#ifndef WALLFLAME_CLI_FLIGHT_H
#define WALLFLAME_CLI_FLIGHT_H

#include "analyzer/condition.h"
#include "collector/collector.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flight_plan {
	int64_t rotate_ns; /* length of a window; 0: no flight recorder */
	long keep; /* newest windows */
	long keep_triggered; /* windows beside these */
	struct condition **conditions;
	size_t condition_count;
	bool on_signal; /* SIGUSR1 keeps the window it comes in */
	bool quiet;
};

/* Frees what the plan owns. */
void flight_plan__release(struct flight_plan *plan);

/*
 * Records until the target has ended, options->duration_ns have passed or *options->stop is set.
 * Errors are told. Returns 0, or -1 when a window was lost or none could begin; the command's
 * fields of *result are valid in any case, the others are not set.
 */
int flight__run(const struct collector_options *options, const struct flight_plan *plan,
		struct collector_result *result);

#endif
