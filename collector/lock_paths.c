// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/lock_paths.h"

/* include/trace/events/lock.h, Linux 5.19. */
enum {
	SPIN = 1U << 0,
	READ = 1U << 1,
	WRITE = 1U << 2,
	RT = 1U << 3,
	PERCPU = 1U << 4,
	MUTEX = 1U << 5,
};

/* The flags are those that the tracepoints have in the same functions of later kernels. */
static const struct lock_path paths[] = {
	{"__mutex_lock", MUTEX},
	{"__mutex_lock_slowpath", MUTEX},
	{"__mutex_lock_killable_slowpath", MUTEX},
	{"__mutex_lock_interruptible_slowpath", MUTEX},
	{"rwsem_down_read_slowpath", READ},
	{"rwsem_down_write_slowpath", WRITE},
	{"rt_mutex_slowlock", RT},
	{"__rt_mutex_slowlock", RT},
	{"__percpu_down_read", PERCPU | READ},
	{"percpu_down_write", PERCPU | WRITE},
	{"__down", 0},
	{"__down_interruptible", 0},
	{"__down_killable", 0},
	{"__down_timeout", 0},
	{"queued_spin_lock_slowpath", SPIN},
	{"native_queued_spin_lock_slowpath", SPIN},
	{"__pv_queued_spin_lock_slowpath", SPIN},
	{"queued_read_lock_slowpath", SPIN | READ},
	{"queued_write_lock_slowpath", SPIN | WRITE},
};

const struct lock_path *lock_paths__all(size_t *count)
{
	*count = sizeof(paths) / sizeof(paths[0]);
	return paths;
}
