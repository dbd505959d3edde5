/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The lines of a stranger's text file, for those that read stacks from it. */
#ifndef WALLFLAME_RENDER_STACK_LINES_H
#define WALLFLAME_RENDER_STACK_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct stack_lines {
	FILE *in;
	const char *name; /* stands for the file in messages */
	size_t number; /* of the line that was read last, from 1 */
	size_t length; /* of that line */
	/* The rest is its own: what is read and not given yet. */
	char *bytes;
	size_t size;
	size_t begin, end; /* of that in `bytes` */
	char *line;
	int failure;
	bool ended; /* there is no more to read */
	bool held;
};

struct stack_lines stack_lines__of(FILE *in, const char *name);
void stack_lines__free(struct stack_lines *lines);

/*
 * The next line without its ending and other space at its end, to be changed as the caller likes;
 * NULL at the end, and where reading failed. It stays until the next call. Bytes of value 0 become
 * 1: a name may hold any byte, and one that would end it is shown as unprintable.
 */
char *stack_lines__next(struct stack_lines *lines);
/* Gives an unchanged line once more. */
void stack_lines__hold(struct stack_lines *lines);
/* Blank, or a comment: "#", "# text". */
bool stack_lines__is_empty(const char *line);

/*
 * After the last line: 0, or a negative errno with *error malloc'ed for the caller to free.
 * `wrong`: what is wrong with the line read last, or NULL; `stacks`: of what kind they were to be;
 * `count`: how many there were.
 */
int stack_lines__end(const struct stack_lines *lines, const char *wrong, const char *stacks,
		     size_t count, char **error);

#endif
