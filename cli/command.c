// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/command.h"

#include <string.h>

static const struct command *const commands[] = {
	&command_record, &command_report, &command_flame,
	&command_diff,	 &command_doctor, &command_help,
};

const struct command *const *command__all(size_t *count)
{
	*count = sizeof(commands) / sizeof(commands[0]);
	return commands;
}

const struct command *command__find(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}
