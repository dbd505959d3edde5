/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A directory of one's own that leaves nothing behind. */
#ifndef WALLFLAME_WORKLOADS_SCRATCH_H
#define WALLFLAME_WORKLOADS_SCRATCH_H

#include <stddef.h>

struct scratch {
	char *path;
	int fd; /* of the directory */
};

/*
 * Removes what killed workloads have left in `parent` (leftovers.h), and makes a new directory in
 * `parent` (NULL: in $TMPDIR, else /var/tmp, because /tmp is so often in memory). Returns 0 or a
 * negative errno with *error malloc'ed.
 */
int scratch__open(struct scratch *scratch, const char *parent, char **error);
/* Removes the directory with all that is in it. */
void scratch__close(struct scratch *scratch);

/* Where directories are made when the user named `parent`, or (NULL) none. */
const char *scratch__parent(const char *parent);
/* Writes all of it. Returns 0 or a negative errno. */
int scratch__write_all(int fd, const char *bytes, size_t size);
/* Writes `size` bytes into an empty file, and has them written back. Returns 0 or a negative errno.
 */
int scratch__fill(int fd, size_t size);
/* Makes a file of `size` bytes, written back. Returns 0 or a negative errno. */
int scratch__write(const struct scratch *scratch, const char *name, size_t size);

#endif
