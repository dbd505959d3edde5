/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A file without a name: however the program ends, nothing of it is left. */
#ifndef WALLFLAME_WORKLOADS_NAMELESS_H
#define WALLFLAME_WORKLOADS_NAMELESS_H

#include <stddef.h>

/*
 * Makes a file of `size` bytes, written back, in `parent` (as for scratch__open). Returns its
 * descriptor, for reading and writing, which the caller closes, or a negative errno with *error
 * malloc'ed.
 */
int nameless__make(const char *parent, size_t size, char **error);

#endif
