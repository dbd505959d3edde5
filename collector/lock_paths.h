/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The slow paths of kernel locks: where waits are timed on kernels before 5.19, which have no
 * tracepoints on contention. */
#ifndef WALLFLAME_COLLECTOR_LOCK_PATHS_H
#define WALLFLAME_COLLECTOR_LOCK_PATHS_H

#include <stddef.h>
#include <stdint.h>

struct lock_path {
	const char *function; /* its first argument is the lock */
	uint32_t flags; /* as contention_begin has them */
};

const struct lock_path *lock_paths__all(size_t *count);

#endif
