// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/nameless.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "workloads/failure.h"
#include "workloads/scratch.h"

/* Where the file system makes no file without a name: one that loses it at once. */
static int make_and_unlink(const char *parent, char **error)
{
	struct scratch scratch;
	int fd, status = scratch__open(&scratch, parent, error);

	if (status)
		return status;
	fd = openat(scratch.fd, "file", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = failure__set(error, errno, "cannot make a file in '%s'", scratch.path);
	scratch__close(&scratch);
	return fd;
}

int nameless__make(const char *parent, size_t size, char **error)
{
	int fd, status;

	parent = scratch__parent(parent);
	fd = open(parent, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = make_and_unlink(parent, error);
	if (fd < 0)
		return fd;
	status = scratch__fill(fd, size);
	if (status) {
		close(fd);
		return failure__set(error, -status, "cannot write a file in '%s'", parent);
	}
	return fd;
}
