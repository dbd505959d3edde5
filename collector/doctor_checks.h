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

struct btf;

/* What the capture that was tried came to. */
struct capture_trial {
	struct clock_trial clock;
	const char *locks; /* what timed waits for kernel locks: "none"; NULL: there was none */
};

/* Each appends a struct finding for each fact. */
void doctor__check_system(GArray *findings, const struct capture_trial *trial);
/* The kinds of programs. kernel: its types, or NULL where it does not tell them. */
void doctor__check_programs(GArray *findings, const struct btf *kernel);

#endif
