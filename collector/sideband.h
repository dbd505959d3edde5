/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_SIDEBAND_H
#define WALLFLAME_COLLECTOR_SIDEBAND_H

#include "collector/clock.h"
#include "collector/modules.h"
#include "collector/roster.h"

/* Keeps names and address spaces of the target true: mmap, comm, exec and fork records. */
void sideband__event(struct roster *roster, struct modules *modules,
		     const struct clock_event *event);
/* The mappings that a process has already, as its thread `tid` sees them. Returns 0 or a negative
 * errno. */
int sideband__read_mappings(struct process *process, pid_t tid, struct modules *modules);

#endif
