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
	{"__mutex_lock", MUTEX, false},
	{"__mutex_lock_slowpath", MUTEX, false},
	{"__mutex_lock_killable_slowpath", MUTEX, false},
	{"__mutex_lock_interruptible_slowpath", MUTEX, false},
	{"rwsem_down_read_slowpath", READ, false},
	{"rwsem_down_write_slowpath", WRITE, false},
	{"rt_mutex_slowlock", RT, false},
	{"__rt_mutex_slowlock", RT, false},
	{"__percpu_down_read", PERCPU | READ, false},
	{"percpu_down_write", PERCPU | WRITE, false},
	{"__down", 0, false},
	{"__down_interruptible", 0, false},
	{"__down_killable", 0, false},
	{"__down_timeout", 0, false},
	{"queued_spin_lock_slowpath", SPIN, true},
	{"native_queued_spin_lock_slowpath", SPIN, true},
	{"__pv_queued_spin_lock_slowpath", SPIN, true},
	{"queued_read_lock_slowpath", SPIN | READ, true},
	{"queued_write_lock_slowpath", SPIN | WRITE, true},
};

const struct lock_path *lock_paths__all(size_t *count)
{
	*count = sizeof(paths) / sizeof(paths[0]);
	return paths;
}
