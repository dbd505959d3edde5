/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The processes a capture was asked for: some that run already, or a command it starts. */
#ifndef WALLFLAME_COLLECTOR_TARGET_H
#define WALLFLAME_COLLECTOR_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct target;

/*
 * Finds the processes. Functions return 0 or a negative errno with *error malloc'ed: -ESRCH for a
 * process that is not there.
 */
int target__of_pids(struct target **out, const pid_t *pids, size_t count, char **error);
/* Makes a process for the command and holds it before exec(2). */
int target__of_command(struct target **out, char *const *command, char **error);
/* Ends a command that was never released. NULL is allowed. */
void target__free(struct target *target);

/* Lets the command run. Fails when it cannot be executed. */
int target__release(struct target *target, char **error);
/* Whether there is a command that was not released yet. */
bool target__is_held(const struct target *target);
/* Another process, forked from this one, has released it. */
void target__was_released(struct target *target);
/* Whether all of its processes have ended. */
bool target__has_ended(struct target *target);
/* Whether target__has_ended() has seen one of them end since this was asked last. */
bool target__saw_end(struct target *target);
/* Sleeps until one of its processes ends, one of the descriptors is readable (-1: none), a signal
 * comes or the time is up. */
void target__wait(struct target *target, int fd, int other_fd, int64_t timeout_ns);
/* The command's status as waitpid() gives it; false when it runs or there is no command. */
bool target__status(struct target *target, int *status);

const pid_t *target__pids(const struct target *target, size_t *count);
/* The command's process, or 0. */
pid_t target__command_pid(const struct target *target);
/* For people: "nginx, pid 12 13" or the command line. */
const char *target__title(const struct target *target);
/* What the capture file is called when nobody names it; malloc'ed for the caller. */
char *target__file_name(const struct target *target);
/* The same without its time and suffix: "wallflame-nginx-12". */
char *target__file_stem(const struct target *target);

#endif
