/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The options that say what of a capture is drawn, for the commands that draw. */
#ifndef WALLFLAME_CLI_WISH_H
#define WALLFLAME_CLI_WISH_H

#include "render/flame.h"

#include <getopt.h>
#include <stdio.h>

/* Letters of those that have none; a command's own begin at WISH_END. */
enum {
	WISH_BY = 256,
	WISH_THREAD,
	WISH_COMM,
	WISH_CAUSE,
	WISH_STATE,
	WISH_END,
};

/* Rows of a command's table of options. */
#define WISH_OPTIONS                                                                      \
	{"view", required_argument, NULL, 'v'}, {"by", required_argument, NULL, WISH_BY}, \
		{"reverse", no_argument, NULL, 'r'},                                      \
		{"thread", required_argument, NULL, WISH_THREAD},                         \
		{"comm", required_argument, NULL, WISH_COMM},                             \
		{"cause", required_argument, NULL, WISH_CAUSE},                           \
	{                                                                                 \
		"state", required_argument, NULL, WISH_STATE                              \
	}
/* The same in a command's list of short options. */
#define WISH_LETTERS "v:r"

bool wish__has(int letter);
/* Takes one of them, with its argument in optarg. 0, or -1 with the error told. */
int wish__parse(const char *command, int letter, struct flame_wish *wish);
void wish__help(FILE *out);
/* A row of a list of names below an option. */
void wish__help_row(FILE *out, const char *name, const char *meaning);

#endif
