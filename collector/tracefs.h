/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The kernel's description of its tracepoints. */
#ifndef WALLFLAME_COLLECTOR_TRACEFS_H
#define WALLFLAME_COLLECTOR_TRACEFS_H

struct tracefs;

/*
 * Finds tracefs where it is mounted; else mounts it for this process alone, with nothing to be
 * left behind. Returns 0 or a negative errno with *error malloc'ed: it says what an administrator
 * can do.
 */
int tracefs__open(struct tracefs **out, char **error);
void tracefs__close(struct tracefs *tracefs); /* NULL is allowed */

/* The text of a file such as "events/sched/sched_switch/format", malloc'ed for the caller; NULL
 * with errno set when it cannot be read. */
char *tracefs__read(const struct tracefs *tracefs, const char *path);

#endif
