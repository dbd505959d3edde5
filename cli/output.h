/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Where a command's product goes: stdout, or a file that is there whole or not at all. */
#ifndef WALLFLAME_CLI_OUTPUT_H
#define WALLFLAME_CLI_OUTPUT_H

#include <stdio.h>

struct output;

/* path NULL or "-": stdout. Returns NULL with the error told. */
struct output *output__open(const char *path);
FILE *output__stream(const struct output *output);
/*
 * Ends and frees it: a file appears under its name only when `status` (0 or a negative errno of
 * writing) and the last writes are good. Returns the exit status, the error told.
 */
int output__close(struct output *output, int status);
/* The same; `reason` (or NULL) is told in place of what the status means. */
int output__close_telling(struct output *output, int status, const char *reason);

#endif
