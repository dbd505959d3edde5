/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the ways of fd-storm share: growing tables, and a table that has its size. */
#ifndef WALLFLAME_WORKLOADS_FD_STORM_H
#define WALLFLAME_WORKLOADS_FD_STORM_H

#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>

#include "workloads/workload.h"

enum { FD_STORM_OPEN_NS, FD_STORM_CLOSE_NS, FD_STORM_OPENED, FD_STORM_EMFILE };

struct fd_storm {
	struct workload_run *run;
	char path[PATH_MAX]; /* of the file that is opened */
	int64_t occupied; /* descriptors, before the threads begin */
	int64_t slots; /* that are left for what is opened */
	/* Of the file, as they were really given; -1: none. */
	atomic_int lowest_fd;
	atomic_int highest_fd;
	struct team_totals totals;
};

/*
 * Opens the file, timed: one operation, also where the table is full. Returns the descriptor, or -1
 * with errno.
 */
int fd_storm__open(struct team_worker *worker);
/* Closes it, timed. */
void fd_storm__close(struct team_worker *worker, int fd);
/* Takes all descriptors below `count`, but for the last `spare` of them. 0 or a negative errno. */
int fd_storm__occupy(int64_t count, int64_t spare, char **error);

/*
 * The ways: prepare, run, and report what is theirs. Each returns 0 or a negative errno with *error
 * malloc'ed.
 */
int fd_rounds__run(struct fd_storm *storm, char **error);
int fd_steady__run(struct fd_storm *storm, char **error);

/* Makes room for `wanted` descriptors, with an error that tells what to do. */
int fd_storm__make_room(const struct fd_storm *storm, int64_t wanted, char **error);

#endif
