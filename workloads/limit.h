/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* RLIMIT_NOFILE: how many descriptors the program may have. */
#ifndef WALLFLAME_WORKLOADS_LIMIT_H
#define WALLFLAME_WORKLOADS_LIMIT_H

#include <stdint.h>

/*
 * Takes all that the hard limit allows, and returns the limit that there was before: threads by the
 * hundred, each with its file and its books, are more than the usual 1024. Returns a negative errno
 * where the limit cannot be read or set.
 */
int64_t limit__take(void);
/*
 * Makes room for `wanted` descriptors, beyond the hard limit where that is permitted. Returns 0, or
 * a negative errno with *hard set to the limit in the way.
 */
int limit__raise(int64_t wanted, int64_t *hard);
/* Lets there be no more than `limit`. Returns 0 or a negative errno. */
int limit__lower(int64_t limit);

#endif
