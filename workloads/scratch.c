// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workloads/failure.h"
#include "workloads/leftovers.h"

const char *scratch__parent(const char *parent)
{
	if (!parent)
		parent = getenv("TMPDIR");
	return parent && *parent ? parent : "/var/tmp";
}

int scratch__open(struct scratch *scratch, const char *parent, char **error)
{
	int status;

	parent = scratch__parent(parent);
	leftovers__remove(parent);
	if (asprintf(&scratch->path, "%s/" LEFTOVERS_PREFIX "XXXXXX", parent) < 0)
		return failure__set(error, ENOMEM, "the name of a directory");
	if (!mkdtemp(scratch->path)) {
		status = failure__set(error, errno, "cannot make a directory in '%s'", parent);
		free(scratch->path);
		return status;
	}
	scratch->fd = open(scratch->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (scratch->fd < 0) {
		status = failure__set(error, errno, "cannot open '%s'", scratch->path);
		rmdir(scratch->path);
		free(scratch->path);
		return status;
	}
	leftovers__mark(scratch->fd);
	return 0;
}

void scratch__close(struct scratch *scratch)
{
	leftovers__empty(scratch->fd);
	close(scratch->fd);
	if (rmdir(scratch->path))
		fprintf(stderr, "wallflame-workload: cannot remove '%s': %s\n", scratch->path,
			strerror(errno));
	free(scratch->path);
}

int scratch__write_all(int fd, const char *bytes, size_t size)
{
	while (size) {
		ssize_t n = write(fd, bytes, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			bytes += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

int scratch__fill(int fd, size_t size)
{
	static const char data[65536];
	int status = 0;

	for (size_t part; size && !status; size -= part) {
		part = size < sizeof(data) ? size : sizeof(data);
		status = scratch__write_all(fd, data, part);
	}
	/*
	 * A dirty page cannot be evicted. Written back is enough for that, and far cheaper than
	 * the flush of the device's own cache that fdatasync waits for.
	 */
	if (!status && sync_file_range(fd, 0, 0,
				       SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
					       SYNC_FILE_RANGE_WAIT_AFTER))
		status = -errno;
	return status;
}

int scratch__write(const struct scratch *scratch, const char *name, size_t size)
{
	int fd = openat(scratch->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int status;

	if (fd < 0)
		return -errno;
	status = scratch__fill(fd, size);
	close(fd);
	return status;
}
