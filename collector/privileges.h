/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_PRIVILEGES_H
#define WALLFLAME_COLLECTOR_PRIVILEGES_H

#include "collector/choice.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What else makes the kernel refuse those who have the capability for it. */
#define PRIVILEGES_REFUSED_ALL_THE_SAME                                                         \
	"refused though the capabilities are there: by a seccomp filter or the user namespace " \
	"of a container, by a security module, by lockdown or by the limit on locked memory "   \
	"(ulimit -l); run wallflame outside of it, or raise the limit"

/* Whether this process has it, or CAP_SYS_ADMIN in its place where that stands for it. */
bool privileges__has(int capability);
/*
 * Whether this process may make the capture with the engine that was asked for, of these processes:
 * what only trying can tell is left to the engine. Returns 0, or -EPERM with *error malloc'ed: it
 * names the capabilities that are missing and how to get them.
 */
int privileges__check(enum engine_choice engine, const pid_t *pids, size_t count, char **error);
/* Whether process numbers here are the kernel's; the same way. */
int privileges__namespace(char **error);
/* Whether it may load and attach BPF programs; the same way. */
int privileges__bpf(char **error);

#endif
