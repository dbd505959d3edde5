/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_WORKLOADS_MKFS_H
#define WALLFLAME_WORKLOADS_MKFS_H

/*
 * Makes a file system on the device with mkfs.TYPE. Returns 0 or a negative errno with *error
 * malloc'ed.
 */
int mkfs__run(const char *type, const char *device, char **error);

#endif
