/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The single facts that decide what can be captured. */
#ifndef WALLFLAME_COLLECTOR_DOCTOR_CHECKS_H
#define WALLFLAME_COLLECTOR_DOCTOR_CHECKS_H

#include "collector/doctor.h"

#include <glib.h>

/* What became of the CPU clock that `record` would open. */
struct clock_trial {
	char *name; /* "cycles"; NULL: it was refused */
	char *refusal;
	bool user_only; /* no samples in the kernel */
	bool own_only; /* no samples of other users' processes */
};

/* Appends a struct finding for each; `found` is malloc'ed. */
void doctor__check_system(GArray *findings, const struct clock_trial *clock);

#endif
