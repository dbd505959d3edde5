// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <stddef.h>
#include <string.h>

#include "workloads/workload.h"

#define TAKES_USUAL (TAKES_THREADS | TAKES_SECONDS | TAKES_OPERATIONS)
#define TAKES_CURE (TAKES_USUAL | TAKES_DIR | TAKES_WAY)
#define TAKES_TIME (TAKES_THREADS | TAKES_SECONDS)

const struct workload workloads[] = {
	{"fd-storm",
	 "open and close files of a shared descriptor table that grows, or that is full",
	 TAKES_USUAL | TAKES_HIGH | TAKES_OCCUPY | TAKES_FILES | TAKES_STEADY | TAKES_TABLE |
		 TAKES_EXHAUST,
	 4, 1, fd_storm__run},
	{"cold-read", "read small files that are not in the page cache",
	 TAKES_USUAL | TAKES_FILES | TAKES_FILE_SIZE | TAKES_DIR | TAKES_ADVICE, 4, 1,
	 cold_read__run},
	{"open-storm", "open, read and close small files, one in eight of them cold",
	 TAKES_USUAL | TAKES_FILES | TAKES_FILE_SIZE | TAKES_DIR, 8, 1, open_storm__run},
	{"futex", "wait for a contended pthread mutex",
	 TAKES_USUAL | TAKES_HOLD | TAKES_SLOW_HOLDER, 4, 1, futex__run},
	{"dir-lock", "create and unlink in one directory whose lock is held for long",
	 TAKES_USUAL | TAKES_DIR, 4, 1, dir_lock__run},
	{"two-stacks", "wait in two call chains, wait_long and wait_short, for times of ratio 3:1",
	 TAKES_USUAL | TAKES_SEED, 8, 1, two_stacks__run},
	{"storm", "pass a byte to and fro through pipes, in pairs of threads", TAKES_USUAL, 8, 2,
	 storm__run},
	{"small-read", "read the same few bytes of a cached file, over and over",
	 TAKES_USUAL | TAKES_SIZE | TAKES_DIR, 2, 1, small_read__run},
	{"sleepers", "one thread works, all others sleep from beginning to end", TAKES_TIME, 50, 1,
	 sleepers__run},
	{"forks", "fork 20 short-lived children in about 50 ms", 0, 1, 1, forks__run},
	{"cond-wait", "park on a condition variable, waiting for work that seldom comes",
	 TAKES_USUAL, 8, 1, cond_wait__run},
	{"dput", "look up one deep path and fight for the references of its directories",
	 TAKES_USUAL | TAKES_DIR, 4, 1, dput__run},
	{"epoll-file", "ask epoll, select and poll about a regular file", TAKES_USUAL | TAKES_DIR,
	 2, 1, epoll_file__run},
	{"file-service", "serve requests for small files from one queue, in one directory",
	 TAKES_USUAL | TAKES_FILES | TAKES_FILE_SIZE | TAKES_DIR | TAKES_SEED, 8, 1,
	 file_service__run},
	{"mixture", "descriptor tables, cold reads, a mutex and computing, in the shares wanted",
	 TAKES_USUAL | TAKES_MIXTURE | TAKES_DIR | TAKES_SEED, 4, 1, mixture__run},
	{"readahead-defeat", "read pages of a cold file so that no readahead can help",
	 TAKES_USUAL | TAKES_FILE_SIZE | TAKES_DIR | TAKES_SEED | TAKES_PATTERN | TAKES_FS |
		 TAKES_DELAY,
	 4, 1, readahead_defeat__run},
	{"idle-echo", "many threads wait in poll(2), and one client asks them in turn", TAKES_TIME,
	 2000, 1, idle_echo__run},
	{"two-waits", "wait in futex(2) as for a lock and as for work, for times of ratio 3:1",
	 TAKES_USUAL | TAKES_SEED, 8, 1, two_waits__run},
	{"cure-mmap", "follow a growing file by fstat and pread, or by a mapping", TAKES_CURE, 2, 1,
	 cure_mmap__run},
	{"cure-pieces", "read 64 KiB of a large file in 16 calls, or in one",
	 TAKES_CURE | TAKES_FILE_SIZE | TAKES_COLD, 2, 1, cure_pieces__run},
	{"cure-pool", "do tasks of file work and a wait of 50 ms in one thread, or in a pool",
	 TAKES_CURE | TAKES_FILES | TAKES_FILE_SIZE, 12, 1, cure_pool__run},
	{"cure-readahead", "read a cold file in 4 KiB steps without readahead, or announced",
	 TAKES_CURE | TAKES_FILE_SIZE, 2, 1, cure_readahead__run},
	{"cure-uring", "read random cold pages by pread, or many at a time by io_uring",
	 TAKES_CURE | TAKES_FILE_SIZE | TAKES_SEED, 2, 1, cure_uring__run},
	{NULL, NULL, 0, 0, 0, NULL},
};

const struct workload *workload__find(const char *name)
{
	for (const struct workload *workload = workloads; workload->name; workload++)
		if (!strcmp(workload->name, name))
			return workload;
	return NULL;
}
