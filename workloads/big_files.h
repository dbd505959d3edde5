/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A large file for each thread, without a name (nameless.h). */
#ifndef WALLFLAME_WORKLOADS_BIG_FILES_H
#define WALLFLAME_WORKLOADS_BIG_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "workloads/workload.h"

struct big_files {
	int *fds;
	int count;
	size_t size; /* of each, in bytes */
};

/*
 * Makes a file for each thread of the run, of --file-size, which must be a multiple of `piece` and
 * is 16 MiB where it is not given. Where they are to be read cold, they are out of memory then;
 * where the file system keeps them in memory that is an error. Returns 0 or a negative errno with
 * *error malloc'ed and nothing left.
 */
int big_files__make(struct big_files *files, const struct workload_run *run, size_t piece,
		    bool cold, char **error);
void big_files__close(struct big_files *files);

#endif
