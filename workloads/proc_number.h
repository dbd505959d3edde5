/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_WORKLOADS_PROC_NUMBER_H
#define WALLFLAME_WORKLOADS_PROC_NUMBER_H

#include <stdint.h>

/*
 * The number after "KEY:" in /proc/FILE ("self/io", "thread-self/status"), or -1 when there is
 * none.
 */
int64_t proc_number__read(const char *file, const char *key);

#endif
