/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The leaves of the cause tree. */
#ifndef WALLFLAME_ANALYZER_CAUSES_H
#define WALLFLAME_ANALYZER_CAUSES_H

#include <stdbool.h>

#include "analyzer/analysis.h"

enum cause {
	FD_BITMAP,
	FD_TABLE_GROW,
	FD_FILE_OBJECT,
	FD_TABLE_LOCK,
	CACHE_READAHEAD,
	CACHE_FILL_WAIT,
	CACHE_INSERT,
	CACHE_MMAP_FAULT,
	CACHE_WRITEBACK,
	SWITCH_RUN_QUEUE,
	SWITCH_PREEMPTED,
	SWITCH_COST,
	SWITCH_SYSCALL_ENTRY,
	LOCK_FUTEX,
	LOCK_INODE,
	LOCK_DENTRY,
	LOCK_MMAP,
	LOCK_OTHER_SLEEPING,
	LOCK_OTHER_SPINNING,
	IO_BLOCK,
	IO_NETWORK,
	IO_PIPE,
	IO_OTHER,
	IDLE_SLEEP,
	IDLE_POLL,
	IDLE_PARK,
	CPU_USER,
	CPU_KERNEL,
	UNKNOWN,
	CAUSE_COUNT,
};

const char *cause__path(enum cause cause);
const char *cause__meaning(enum cause cause);
bool cause__is_idle(enum cause cause);
/* Whether the cause lies in the group, the first word of its path. */
bool cause__in_group(enum cause cause, const char *group);

const char *headline__group(enum headline headline);
const char *headline__title(enum headline headline);

#endif
