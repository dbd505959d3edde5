/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A file without a name: it goes with its last descriptor, however the program ends. */
#ifndef WALLFLAME_WORKLOADS_NAMELESS_H
#define WALLFLAME_WORKLOADS_NAMELESS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Makes a file of `size` bytes, written back, in `parent` (as for scratch__open). Returns its
 * descriptor, for reading and writing, which the caller closes, or a negative errno with *error
 * malloc'ed.
 */
int nameless__make(const char *parent, size_t size, char **error);
/*
 * Makes an empty file on the file system of `parent` (as for scratch__open). Returns its
 * descriptor, for reading and writing, or a negative errno with *error malloc'ed.
 */
int nameless__open(const char *parent, char **error);
/* Another descriptor of it, for reading, with a position and readahead of its own; or -1, errno. */
int nameless__reopen(int fd);
/*
 * Writes `size` bytes that are no hole, and sees them to the device, so that they can be evicted. A
 * signal, seen on interrupt_fd, ends it early. Returns 0 or a negative errno with *error malloc'ed.
 */
int nameless__fill(int fd, int64_t size, int interrupt_fd, char **error);
/*
 * Evicts the file, and says no when a tenth of it or more stays in memory: then no read of it is
 * cold. `where` names the place. Returns 0 or a negative errno with *error malloc'ed.
 */
int nameless__evict(int fd, int64_t size, const char *where, char **error);

#endif
