// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/own_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "workloads/delay_device.h"
#include "workloads/failure.h"
#include "workloads/loop_device.h"
#include "workloads/mkfs.h"
#include "workloads/nameless.h"

/* mkfs.xfs refuses devices of less than 300 MB; the file is a hole where nothing is written. */
#define LEAST_SIZE (INT64_C(320) << 20)
/* Said with every refusal: what is still possible. */
#define WITHOUT "; --fs here needs none of this"

/* A detached mount (fsmount(2)): the directory tree of no other program changes. */
static int attach(struct own_mount *mount, const char *type, const char *device, char **error)
{
	int context = fsopen(type, FSOPEN_CLOEXEC);
	int status = 0;

	if (context < 0)
		return failure__set(error, errno,
				    "cannot mount %s: it needs CAP_SYS_ADMIN and the file system "
				    "in the kernel" WITHOUT,
				    type);
	if (fsconfig(context, FSCONFIG_SET_STRING, "source", device, 0) ||
	    fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		status =
			failure__set(error, errno, "cannot mount %s from %s" WITHOUT, type, device);
	else
		mount->root = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOATIME);
	if (!status && mount->root < 0)
		status =
			failure__set(error, errno, "cannot mount %s from %s" WITHOUT, type, device);
	close(context);
	return status;
}

static int make(struct own_mount *mount, const struct own_mount_plan *plan, char **error)
{
	char loop[LOOP_DEVICE_PATH], delayed[DELAY_DEVICE_PATH];
	const char *device = loop;
	int64_t size = 2 * plan->room > LEAST_SIZE ? 2 * plan->room : LEAST_SIZE;
	int status;

	mount->backing = nameless__open(plan->parent, error);
	if (mount->backing < 0)
		return mount->backing;
	if (ftruncate(mount->backing, size))
		return failure__set(error, errno, "cannot make a file of %lld bytes",
				    (long long)size);
	mount->loop = loop_device__open(mount->backing, loop, error);
	if (mount->loop < 0)
		return mount->loop;
	status = mkfs__run(plan->type, loop, error);
	if (!status && plan->delay_ms) {
		status = mount->delayed =
			delay_device__open(loop, size, plan->delay_ms, delayed, error);
		device = delayed;
	}
	return status < 0 ? status : attach(mount, plan->type, device, error);
}

int own_mount__open(struct own_mount *mount, const struct own_mount_plan *plan, char **error)
{
	int status;

	*mount = (struct own_mount)OWN_MOUNT_NONE;
	status = make(mount, plan, error);
	if (status)
		own_mount__close(mount);
	return status;
}

void own_mount__close(struct own_mount *mount)
{
	int *const fds[] = {&mount->root, &mount->delayed, &mount->loop, &mount->backing};

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}
