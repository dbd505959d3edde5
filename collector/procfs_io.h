/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the kernel has counted of reads and writes, so far. */
#ifndef WALLFLAME_COLLECTOR_PROCFS_IO_H
#define WALLFLAME_COLLECTOR_PROCFS_IO_H

#include "store/model.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct procfs_io {
	struct store_io io;
	/* Of a process and its first thread only. */
	int64_t child_faults; /* page faults of the children that it has waited for */
	bool ended; /* with all its threads: it only waits to be waited for */
	int64_t began_ticks; /* since boot: tells apart whom a number was given to */
};

/*
 * Both can be read up to when the thread, or process, has been waited for. 0 or a negative errno:
 * -ENOENT or -ESRCH when it is gone or the kernel keeps no such accounts, -EACCES when they may not
 * be read, -ERANGE for a count that cannot be. fd: of procfs_io__open(), or -1.
 */
int procfs_io__thread(pid_t pid, pid_t tid, int fd, struct procfs_io *out);
int procfs_io__process(pid_t pid, int fd, struct procfs_io *out);
/*
 * The file of a thread, or with tid 0 of the process. Of one that has ended /proc's files are
 * root's; one that was opened before can still be read. A negative errno when it cannot be opened.
 */
int procfs_io__open(pid_t pid, pid_t tid);

#endif
