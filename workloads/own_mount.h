/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A new file system on a device of its own. The device is a nameless file behind a loop device that
 * goes when it is closed, and the mount is not attached to any directory: however the program ends,
 * all of it goes with its last descriptor.
 */
#ifndef WALLFLAME_WORKLOADS_OWN_MOUNT_H
#define WALLFLAME_WORKLOADS_OWN_MOUNT_H

#include <stdint.h>

struct own_mount {
	int backing; /* descriptors; -1: none */
	int loop;
	int delayed;
	int root; /* of the file system: openat(2) takes it */
};

#define OWN_MOUNT_NONE                                               \
	{                                                            \
		.backing = -1, .loop = -1, .delayed = -1, .root = -1 \
	}

struct own_mount_plan {
	const char *type; /* "ext4", "xfs": made by mkfs.TYPE */
	const char *parent; /* where the backing file is, as for scratch__open */
	int64_t room; /* for so many bytes of files */
	int64_t delay_ms; /* each request takes so much longer; 0: none */
};

/* Returns 0 or a negative errno with *error malloc'ed and all closed that was opened. */
int own_mount__open(struct own_mount *mount, const struct own_mount_plan *plan, char **error);
void own_mount__close(struct own_mount *mount);

#endif
