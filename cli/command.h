/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The commands: a file and a row of the table each. */
#ifndef WALLFLAME_CLI_COMMAND_H
#define WALLFLAME_CLI_COMMAND_H

#include <signal.h>
#include <stddef.h>
#include <stdio.h>

#define EXIT_USAGE 2 /* the command line is wrong; EXIT_FAILURE is for what fails later */

struct command {
	const char *name;
	const char *summary;
	void (*help)(FILE *out);
	/* argv[0] is the command's name. `stop` is set when the user asks to end. */
	int (*run)(int argc, char **argv, const volatile sig_atomic_t *stop);
};

extern const struct command command_record, command_report, command_flame, command_diff,
	command_doctor, command_help;

const struct command *const *command__all(size_t *count);
const struct command *command__find(const char *name); /* or NULL */

#endif
