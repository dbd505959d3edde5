/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_PRIVILEGES_H
#define WALLFLAME_COLLECTOR_PRIVILEGES_H

/*
 * Whether this process may load the programs and read other processes' books. Returns 0, or -EPERM
 * with *error malloc'ed: it names the capabilities that are missing and how to get them.
 */
int privileges__check(char **error);

#endif
