/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_SYSCTL_H
#define WALLFLAME_COLLECTOR_SYSCTL_H

#include <stdint.h>

/* The number in /proc/sys/NAME, or `fallback` when it cannot be read. */
long sysctl__read(const char *name, long fallback);
/* No thread has a number as high as this: kernel.pid_max, or the highest it can be set to. */
uint32_t sysctl__pid_max(void);

#endif
