// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/procfs_io.h"

#include "collector/procfs_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Linux: fs/proc/base.c, do_io_accounting(). */
static const char *const names[IO_COUNTS] = {
	[IO_READ_CALLS] = "syscr",
	[IO_READ_BYTES] = "rchar",
	[IO_WRITE_CALLS] = "syscw",
	[IO_WRITE_BYTES] = "wchar",
	[IO_DEVICE_READ_BYTES] = "read_bytes",
	[IO_DEVICE_WRITE_BYTES] = "write_bytes",
	[IO_CANCELLED_WRITE_BYTES] = "cancelled_write_bytes",
};

struct path {
	char text[64];
};

static struct path path_of(pid_t pid, pid_t tid)
{
	struct path path;

	if (tid)
		snprintf(path.text, sizeof(path.text), "/proc/%d/task/%d/io", pid, tid);
	else
		snprintf(path.text, sizeof(path.text), "/proc/%d/io", pid);
	return path;
}

static int read_counts(pid_t pid, pid_t tid, int fd, struct store_io *out)
{
	char text[512];
	ssize_t length = fd < 0 ? procfs__read_file(path_of(pid, tid).text, text, sizeof(text))
				: procfs__read_descriptor(fd, text, sizeof(text));

	if (length < 0)
		return (int)length;
	for (int i = 0; i < IO_COUNTS; i++) {
		out->counts[i] = procfs__field(text, names[i]);
		/* What is too large for the type comes out as the largest value. */
		if (out->counts[i] < 0 || out->counts[i] == INT64_MAX)
			return -ERANGE;
	}
	return 0;
}

/* proc(5), /proc/PID/stat: fields 3 state, 11 cminflt, 13 cmajflt, 20 num_threads, 22 starttime. */
static int read_stat(pid_t pid, struct procfs_io *out)
{
	char path[32], text[1024];
	const char *after_comm;
	int64_t minor, major, threads;
	char state;
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	length = procfs__read_file(path, text, sizeof(text));
	if (length < 0)
		return (int)length;
	after_comm = strrchr(text, ')'); /* a comm may hold anything, also brackets */
	if (!after_comm || sscanf(after_comm,
				  ") %c %*d %*d %*d %*d %*d %*u %*u %" SCNd64 " %*u %" SCNd64
				  " %*u %*u %*d %*d %*d %*d %" SCNd64 " %*d %" SCNd64,
				  &state, &minor, &major, &threads, &out->began_ticks) != 5)
		return -ERANGE;
	out->child_faults = minor + major;
	/* A first thread that has ended is a zombie while others live, too. */
	out->ended = (state == 'Z' || state == 'X') && threads <= 1;
	return 0;
}

int procfs_io__thread(pid_t pid, pid_t tid, int fd, struct procfs_io *out)
{
	int status;

	memset(out, 0, sizeof(*out));
	status = read_counts(pid, tid, fd, &out->io);
	/* After the counts: so they are not a later one's when the beginning is not. */
	return status || tid != pid ? status : read_stat(pid, out);
}

int procfs_io__process(pid_t pid, int fd, struct procfs_io *out)
{
	int status;

	memset(out, 0, sizeof(*out));
	status = read_counts(pid, 0, fd, &out->io);
	/* After the counts: a child that is in them is in its faults, too. */
	return status ? status : read_stat(pid, out);
}

int procfs_io__open(pid_t pid, pid_t tid)
{
	int fd = open(path_of(pid, tid).text, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}
