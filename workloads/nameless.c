// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/nameless.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workloads/evict.h"
#include "workloads/failure.h"
#include "workloads/interrupt.h"
#include "workloads/scratch.h"

#define PIECE (INT64_C(1) << 20)
/* With fewer pages than this out of memory it is not a cold read. */
#define MIN_EVICTED 0.9

/* Where O_TMPFILE is not known, the name is there for a moment, in a directory of its own. */
static int open_and_unlink(const char *parent, char **error)
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

int nameless__open(const char *parent, char **error)
{
	const char *place = scratch__parent(parent);
	int fd = open(place, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	if (errno == EOPNOTSUPP || errno == EISDIR)
		return open_and_unlink(parent, error);
	return failure__set(error, errno, "cannot make a file in '%s'", place);
}

int nameless__make(const char *parent, size_t size, char **error)
{
	int fd = nameless__open(parent, error);
	int status;

	if (fd < 0)
		return fd;
	status = scratch__fill(fd, size);
	if (status) {
		close(fd);
		return failure__set(error, -status, "cannot write a file in '%s'",
				    scratch__parent(parent));
	}
	return fd;
}

int nameless__reopen(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_RDONLY | O_CLOEXEC);
}

int nameless__fill(int fd, int64_t size, int interrupt_fd, char **error)
{
	char *piece = malloc(PIECE);
	int status = piece ? 0 : -ENOMEM;

	if (piece)
		memset(piece, 'w', PIECE);
	for (int64_t left = size; left && !status; left -= left < PIECE ? left : PIECE) {
		status = scratch__write_all(fd, piece, (size_t)(left < PIECE ? left : PIECE));
		if (!status && interrupt__pending(interrupt_fd))
			status = -EINTR;
	}
	free(piece);
	if (!status && fdatasync(fd))
		status = -errno;
	if (status == -EINTR)
		return failure__set(error, EINTR, "stopped while the file was made");
	return status ? failure__set(error, -status, "cannot write a file of %lld bytes",
				     (long long)size)
		      : 0;
}

int nameless__evict(int fd, int64_t size, const char *where, char **error)
{
	struct evict_count count = {0};
	int status = evict__drop(fd);

	if (!status)
		status = evict__count(fd, (size_t)size, &count);
	if (status)
		return failure__set(error, -status, "cannot evict the file in '%s'", where);
	if (evict__ratio(&count) >= MIN_EVICTED)
		return 0;
	return failure__set(error, EOPNOTSUPP,
			    "%.0f%% of the file in '%s' stays in memory; choose a directory on a "
			    "disk with --dir",
			    100 * (1 - evict__ratio(&count)), where);
}
