// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/command.h"

#include "cli/say.h"

#include <stdlib.h>

static void help(FILE *out)
{
	size_t count;
	const struct command *const *commands = command__all(&count);

	fprintf(out,
		"Usage: wallflame COMMAND [OPTIONS] [ARGUMENTS]\n\n"
		"Says where the wall-clock time of every thread of a process went, and why.\n\n");
	for (size_t i = 0; i < count; i++)
		fprintf(out, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
	fprintf(out, "\n  -h, --help   this text; after a command, that command's\n"
		     "  --version    the version\n\n"
		     "Exit status: 0 success, 1 failure, 2 wrong usage.\n");
}

static int run(int argc, char **argv, const volatile sig_atomic_t *stop)
{
	const struct command *command = &command_help;

	(void)stop;
	if (argc > 2)
		return say_usage("help", "takes one command's name, not %d words", argc - 1);
	if (argc == 2) {
		command = command__find(argv[1]);
		if (!command)
			return say_usage("help", "there is no command '%s'", argv[1]);
	}
	command->help(stdout);
	return EXIT_SUCCESS;
}

const struct command command_help = {
	.name = "help",
	.summary = "explain a command",
	.help = help,
	.run = run,
};
