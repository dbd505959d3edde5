/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_CLOCK_SCOPE_H
#define WALLFLAME_COLLECTOR_CLOCK_SCOPE_H

#include "collector/clock.h"
#include "collector/engine.h"

/* Whom the CPU clock samples in a capture of these processes: no more than its attached engine may
 * look at. The scope points to pids. */
struct clock_scope clock_scope__beside(const struct engine *engine, const pid_t *pids,
				       size_t count);

#endif
