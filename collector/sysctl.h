/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_SYSCTL_H
#define WALLFLAME_COLLECTOR_SYSCTL_H

/* The number in /proc/sys/NAME, or `fallback` when it cannot be read. */
long sysctl__read(const char *name, long fallback);

#endif
