/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The time of the calling thread by the kernel's books, cheap enough for every operation: schedstat
 * stays open, so that a look costs a read and a clock.
 */
#ifndef WALLFLAME_WORKLOADS_THREAD_CLOCK_H
#define WALLFLAME_WORKLOADS_THREAD_CLOCK_H

#include <stdbool.h>

#include "workloads/tally.h"

/* Returns a descriptor, to be closed by the caller, of the calling thread's books; or -1, errno. */
int thread_clock__open(void);
/* As tally_time__now(). False: the kernel does not tell. */
bool thread_clock__read(int clock, struct tally_time *time);

#endif
