/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_WORKLOADS_CURE_URING_H
#define WALLFLAME_WORKLOADS_CURE_URING_H

#include "workloads/big_files.h"
#include "workloads/pass.h"

#define URING_STEP 4096 /* bytes of a read */

struct cure_uring {
	struct big_files files;
	const struct workload_options *options;
};

/* Does the kernel let this process use io_uring? Returns 0 or a negative errno with *error
 * malloc'ed. */
int uring_reads__probe(char **error);
/* Reads pass after pass through a ring of the worker's own. Returns 0 or team_worker__fail(). */
int uring_reads__run(struct team_worker *worker, struct pass *pass);

#endif
