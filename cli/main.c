// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/command.h"
#include "cli/say.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

/* The first signal ends a capture and keeps it; a second one ends the program at once. */
static void catch_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

static int run(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	const struct command *command;

	if (!word) {
		command_help.help(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(word, "--version")) {
		puts("wallflame " WALLFLAME_VERSION);
		return EXIT_SUCCESS;
	}
	if (!strcmp(word, "-h") || !strcmp(word, "--help")) {
		command_help.help(stdout);
		return EXIT_SUCCESS;
	}
	command = command__find(word);
	if (!command)
		return say_usage(NULL, "there is no %s '%s'", word[0] == '-' ? "option" : "command",
				 word);
	return command->run(argc - 1, argv + 1, &stop);
}

int main(int argc, char **argv)
{
	int status;

	catch_signals();
	status = run(argc, argv);
	/* What is still in the buffer may not find room. */
	if (fflush(stdout) && !status)
		status = say_failure("cannot write standard output: %s", strerror(errno));
	return status;
}
