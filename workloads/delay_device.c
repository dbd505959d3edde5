// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Documentation/admin-guide/device-mapper/delay.rst; the ioctls: include/uapi/linux/dm-ioctl.h. */
#include "workloads/delay_device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "workloads/failure.h"

#define CONTROL "/dev/mapper/control"
#define SECTOR 512

/* One request of the control device: its head, and a table of one target. */
struct request {
	struct dm_ioctl head;
	struct dm_target_spec target;
	char parameters[64];
};

static int ask(int control, unsigned long command, struct request *request, uint32_t flags)
{
	request->head.version[0] = DM_VERSION_MAJOR;
	request->head.version[1] = request->head.version[2] = 0;
	request->head.data_size = sizeof(*request);
	request->head.data_start = sizeof(request->head);
	request->head.flags = flags;
	/* The device is known by its name: the kernel refuses two ways at once. */
	request->head.dev = 0;
	request->head.uuid[0] = '\0';
	return ioctl(control, command, request);
}

static int load(int control, struct request *request, const char *device, int64_t size,
		int64_t delay_ms)
{
	request->head.target_count = 1;
	request->target = (struct dm_target_spec){.length = (uint64_t)size / SECTOR};
	strcpy(request->target.target_type, "delay");
	snprintf(request->parameters, sizeof(request->parameters), "%s 0 %lld", device,
		 (long long)delay_ms);
	return ask(control, DM_TABLE_LOAD, request, 0);
}

/* To be removed by the kernel when it is closed, so also after SIGKILL. */
static void leave(int control, struct request *request)
{
	request->head.target_count = 0;
	ask(control, DM_DEV_REMOVE, request, DM_DEFERRED_REMOVE);
}

static int make(int control, struct request *request, const char *device, int64_t size,
		int64_t delay_ms, char path[DELAY_DEVICE_PATH])
{
	int fd = -1, code;

	if (ask(control, DM_DEV_CREATE, request, 0))
		return -1;
	if (!load(control, request, device, size, delay_ms)) {
		request->head.target_count = 0;
		/* Without the suspend flag this resumes it, with its new table. */
		if (!ask(control, DM_DEV_SUSPEND, request, 0)) {
			snprintf(path, DELAY_DEVICE_PATH, "/dev/dm-%u", minor(request->head.dev));
			fd = open(path, O_RDWR | O_CLOEXEC);
		}
	}
	code = errno;
	leave(control, request);
	errno = code;
	return fd;
}

int delay_device__open(const char *device, int64_t size, int64_t delay_ms,
		       char path[DELAY_DEVICE_PATH], char **error)
{
	int control = open(CONTROL, O_RDWR | O_CLOEXEC);
	struct request request = {.parameters = ""};
	int fd, code;

	if (control < 0)
		return failure__set(error, errno,
				    "--delay needs device-mapper, and " CONTROL
				    " cannot be opened (CONFIG_BLK_DEV_DM, module dm_mod)");
	snprintf(request.head.name, sizeof(request.head.name), "wallflame-workload-%d",
		 (int)getpid());
	fd = make(control, &request, device, size, delay_ms, path);
	code = errno;
	close(control);
	if (fd < 0)
		return failure__set(error, code,
				    "cannot make a device with a delay (CONFIG_DM_DELAY, module "
				    "dm_delay)");
	return fd;
}
