/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What can be captured on this machine by this user, found out by trying, and what stands in the
 * way of more. A capture is tried in earnest, of this process, and thrown away.
 */
#ifndef WALLFLAME_COLLECTOR_DOCTOR_H
#define WALLFLAME_COLLECTOR_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

enum finding_level {
	FINDING_GOOD,
	FINDING_LESS, /* captures are possible, with less in them */
	FINDING_BAD, /* no capture this way */
	FINDING_LEVELS,
};

struct finding {
	const char *topic; /* "lockdown" */
	char *found; /* "integrity" */
	enum finding_level level;
	char *advice; /* what an administrator can do; NULL: nothing to do */
};

struct finding_place {
	const char *backend; /* "fentry" */
	char *place; /* "alloc_fd" */
	char *error; /* NULL: it is attached */
};

struct finding_point {
	const char *name; /* "openat" */
	const char *meaning;
	const char *backend;
	const char *counts; /* "calls" */
	char *note; /* or NULL */
	struct finding_place *places;
	size_t place_count;
};

struct diagnosis {
	bool possible; /* a capture */
	char *engine; /* what keeps the ledger: "bpf-tp-btf"; NULL: nothing does */
	char *locks; /* what times waits for kernel locks; NULL as well */
	char *clock; /* what samples the CPUs: "cpu-clock"; NULL as well */
	char *refusal; /* what `record` would say, or NULL */
	struct finding *findings;
	size_t finding_count;
	struct finding_point *points;
	size_t point_count;
};

/* The caller frees it with diagnosis__free. */
struct diagnosis *doctor__examine(void);
void diagnosis__free(struct diagnosis *diagnosis); /* NULL is allowed */

#endif
