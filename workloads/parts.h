/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A workload's table of the parts of its operations, by its own clock. */
#ifndef WALLFLAME_WORKLOADS_PARTS_H
#define WALLFLAME_WORKLOADS_PARTS_H

#include <stddef.h>

#include "workloads/workload.h"

struct part {
	const char *key; /* of the report: "..._ns" */
	const char *name; /* in the table */
	int extra; /* where the team's totals have it */
};

/* Adds each part's time to the report, and the table "parts", with their shares of the sum. */
void parts__report(struct workload_run *run, const struct team_totals *totals,
		   const struct part *parts, size_t count);

#endif
