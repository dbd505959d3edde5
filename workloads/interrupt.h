/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * SIGHUP, SIGINT and SIGTERM as a file descriptor: a workload that is told to stop early still
 * cleans up behind itself and reports what it did.
 */
#ifndef WALLFLAME_WORKLOADS_INTERRUPT_H
#define WALLFLAME_WORKLOADS_INTERRUPT_H

#include <stdbool.h>

/* Returns the descriptor, or a negative errno. Call it before any thread is made. */
int interrupt__open(void);
/* Has one of the signals come? It stays so. */
bool interrupt__pending(int fd);

#endif
