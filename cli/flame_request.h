/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The command line of `flame`. */
#ifndef WALLFLAME_CLI_FLAME_REQUEST_H
#define WALLFLAME_CLI_FLAME_REQUEST_H

#include "render/render.h"

#include <stdbool.h>
#include <stdio.h>

/* Strings are those of the command line; NULL: not asked for. */
struct flame_request {
	const struct flame_format *format;
	struct flame_wish wish;
	const char *probe;
	const char *title;
	const char *output;
	const char *file;
	const char *of_captures; /* an option that only a capture can answer */
	const char *of_trees; /* an option that shapes a call tree */
	bool short_names;
	bool icicle;
	bool helped; /* there is nothing to do any more */
};

void flame_request__help(FILE *out);
/* 0, or -1 with the error told. */
int flame_request__parse(int argc, char **argv, struct flame_request *request);

#endif
