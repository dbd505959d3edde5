/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_WORKLOADS_CROSSING_H
#define WALLFLAME_WORKLOADS_CROSSING_H

#include <stdint.h>

/*
 * What a system call that does nothing takes between two looks at the clock, in ns, the median of
 * many: as much is in the time of every operation that is one call, and not the work of that call.
 */
int64_t crossing__ns(void);

#endif
