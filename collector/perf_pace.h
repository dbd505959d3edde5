/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How many switches to let pass for one stack. */
#ifndef WALLFLAME_COLLECTOR_PERF_PACE_H
#define WALLFLAME_COLLECTOR_PERF_PACE_H

#include <stdint.h>

/*
 * The period that gives about `wanted` stacks of `events`, both in the same time. It stays what it
 * is when it is not far off. Periods are prime: threads that take turns in a regular way must not
 * fall into step with them.
 */
uint32_t perf_pace__period(uint32_t now, uint64_t events, uint64_t wanted);

#endif
