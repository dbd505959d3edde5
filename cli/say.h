/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* One line on stderr for people; what comes from outside is made safe for a terminal. */
#ifndef WALLFLAME_CLI_SAY_H
#define WALLFLAME_CLI_SAY_H

/* What is no error. */
void say_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Return the exit status that goes with the message: 1 and 2. `command` may be NULL. */
int say_failure(const char *format, ...) __attribute__((format(printf, 1, 2)));
int say_usage(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
