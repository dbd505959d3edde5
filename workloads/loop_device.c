// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/loop_device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "workloads/failure.h"

/* Another program may take the free device first; then there is another free one. */
#define TRIES 16

/* Takes a free device. Returns its descriptor or a negative errno: -EBUSY when another was faster.
 */
static int take(int control, const struct loop_config *config, char path[LOOP_DEVICE_PATH])
{
	int number = ioctl(control, LOOP_CTL_GET_FREE);
	int status, fd;

	if (number < 0)
		return -errno;
	snprintf(path, LOOP_DEVICE_PATH, "/dev/loop%d", number);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!ioctl(fd, LOOP_CONFIGURE, config))
		return fd;
	status = -errno;
	close(fd);
	return status;
}

int loop_device__open(int backing, char path[LOOP_DEVICE_PATH], char **error)
{
	const struct loop_config config = {
		.fd = (unsigned int)backing,
		.info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO,
	};
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int fd = -EBUSY;

	if (control < 0)
		return failure__set(error, errno,
				    "cannot open /dev/loop-control, which makes loop devices; "
				    "--fs here needs none");
	for (int i = 0; i < TRIES && fd == -EBUSY; i++)
		fd = take(control, &config, path);
	close(control);
	if (fd < 0)
		return failure__set(error, -fd,
				    "cannot make a loop device past the page cache; choose a "
				    "directory on a disk with --dir, or --fs here");
	return fd;
}
