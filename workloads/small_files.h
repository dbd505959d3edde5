/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Many small files in a directory that goes with them. */
#ifndef WALLFLAME_WORKLOADS_SMALL_FILES_H
#define WALLFLAME_WORKLOADS_SMALL_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "workloads/scratch.h"

struct small_files {
	struct scratch scratch;
	int64_t count;
	size_t size; /* of each, in bytes */
};

/*
 * Makes the files (count and size are set) in a new directory in `parent` (as for scratch__open). A
 * signal, seen on interrupt_fd, ends it early. Returns 0 or a negative errno with *error malloc'ed
 * and nothing left.
 */
int small_files__make(struct small_files *files, const char *parent, int interrupt_fd,
		      char **error);
/* Removes the files and the directory. */
void small_files__remove(struct small_files *files);
/* A descriptor of file `index` for reading, or -1 with errno. */
int small_files__open(const struct small_files *files, int64_t index);

#endif
