/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How the files of /proc are read. */
#ifndef WALLFLAME_COLLECTOR_PROCFS_PRIVATE_H
#define WALLFLAME_COLLECTOR_PROCFS_PRIVATE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Reads a small file into a string. Returns its length or a negative errno. */
ssize_t procfs__read_file(const char *path, char *buffer, size_t size);
/* The same of an open one, from its beginning. */
ssize_t procfs__read_descriptor(int fd, char *buffer, size_t size);
/* The number behind a "name:" at the beginning of a line; -1 when there is none. */
int64_t procfs__field(const char *text, const char *name);

#endif
