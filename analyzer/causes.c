// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/causes.h"

#include <string.h>

struct leaf {
	const char *path;
	const char *meaning;
};

static const struct leaf leaves[CAUSE_COUNT] = {
	[FD_BITMAP] = {"fd-allocation/bitmap",
		       "Finding, taking and giving back descriptor numbers in the bitmap of open "
		       "files."},
	[FD_TABLE_GROW] =
		{"fd-allocation/table-grow",
		 "Growing the descriptor table, with the wait until every CPU has left the "
		 "old one."},
	[FD_FILE_OBJECT] = {"fd-allocation/file-object",
			    "Allocating and freeing the kernel's object for an open file."},
	[FD_TABLE_LOCK] = {"fd-allocation/table-lock",
			   "Waiting for the lock of the descriptor table that the threads of a "
			   "process share."},
	[CACHE_READAHEAD] = {"page-cache/readahead",
			     "Starting reads of file pages that are not in memory yet."},
	[CACHE_FILL_WAIT] = {"page-cache/fill-wait",
			     "Waiting for a page of a file that is being read or is locked."},
	[CACHE_INSERT] = {"page-cache/insert",
			  "Allocating pages for file data and adding them to the page cache."},
	[CACHE_MMAP_FAULT] = {"page-cache/mmap-fault",
			      "Page faults on mapped files, with the reads they wait for."},
	[CACHE_WRITEBACK] = {"page-cache/writeback",
			     "Writing changed pages back, and waiting for that."},
	[SWITCH_RUN_QUEUE] = {"switching/run-queue", "Woken, but waiting for a free CPU."},
	[SWITCH_PREEMPTED] = {"switching/preempted", "Lost the CPU to another thread while still "
						     "having work to do."},
	[SWITCH_COST] = {"switching/switch-cost",
			 "The scheduler itself: choosing, switching and waking threads."},
	[SWITCH_SYSCALL_ENTRY] = {"switching/syscall-entry",
				  "Crossing between user space and the kernel."},
	[LOCK_FUTEX] = {"lock/futex", "Waiting for a lock of the program (a mutex or the like)."},
	[LOCK_INODE] = {"lock/inode", "Waiting for the kernel's lock of a file or directory."},
	[LOCK_DENTRY] = {"lock/dentry",
			 "Contention on entries of the kernel's cache of file names."},
	[LOCK_MMAP] = {"lock/mmap", "Waiting for the lock of the process's address space."},
	[LOCK_OTHER_SLEEPING] = {"lock/other-sleeping",
				 "Sleeping for another lock inside the kernel."},
	[LOCK_OTHER_SPINNING] = {"lock/other-spinning",
				 "Spinning on the CPU for a lock inside the kernel."},
	[IO_BLOCK] = {"io/block", "Waiting for a disk, outside the filling of the page cache."},
	[IO_NETWORK] = {"io/network", "Waiting for data or room on a socket."},
	[IO_PIPE] = {"io/pipe", "Waiting for data or room in a pipe."},
	[IO_OTHER] = {"io/other", "Waiting for a terminal or another device or service."},
	[IDLE_SLEEP] = {"idle/sleep", "Asked to sleep, or stopped from outside."},
	[IDLE_POLL] = {"idle/poll", "Waiting for events, connections or signals: no work to do."},
	[IDLE_PARK] = {"idle/park",
		       "Parked on a condition variable, a queue of work, or children: no work to "
		       "do."},
	[CPU_USER] = {"cpu/user", "Running the program's own code."},
	[CPU_KERNEL] = {"cpu/kernel", "Running kernel code that no other cause explains."},
	[UNKNOWN] = {"unknown", "No rule explains this time, or no stack was drawn of it."},
};

static const struct leaf headlines[HEADLINE_COUNT] = {
	[HEADLINE_FD_ALLOCATION] = {"fd-allocation", "Descriptor allocation"},
	[HEADLINE_PAGE_CACHE] = {"page-cache", "Page-cache fill"},
	[HEADLINE_SWITCHING] = {"switching", "Context switches"},
	[HEADLINE_LOCK] = {"lock", "Lock contention"},
};

const char *cause__path(enum cause cause)
{
	return leaves[cause].path;
}

const char *cause__meaning(enum cause cause)
{
	return leaves[cause].meaning;
}

bool cause__in_group(enum cause cause, const char *group)
{
	size_t length = strcspn(leaves[cause].path, "/");

	return !strncmp(leaves[cause].path, group, length) && !group[length];
}

bool cause__is_idle(enum cause cause)
{
	return cause__in_group(cause, "idle");
}

const char *headline__group(enum headline headline)
{
	return headlines[headline].path;
}

const char *headline__title(enum headline headline)
{
	return headlines[headline].meaning;
}
