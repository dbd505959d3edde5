/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_RENDER_GZIP_H
#define WALLFLAME_RENDER_GZIP_H

#include <stddef.h>
#include <stdio.h>

/* Writes the bytes as a gzip file without a name and a time; `out` tells whether that worked. */
void gzip__write(FILE *out, const void *bytes, size_t size);

#endif
