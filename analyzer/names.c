// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/names.h"

#include <glib.h>
#include <inttypes.h>
#include <stddef.h>

#include "analyzer/analysis.h"

/* Generated from the headers of the C library: analyzer/syscalls.cmake. */
static const char *const syscalls[] = {
#include "syscalls.inc"
};

static const char *const bases[BASIS_COUNT] = {
	[BASIS_EXACT] = "exact",
	[BASIS_SAMPLED] = "sampled",
	[BASIS_ESTIMATED] = "estimated",
};

static const char *const states[STATE_COUNT] = {
	[STATE_RUNNING] = "running",
	[STATE_PREEMPTED] = "preempted",
	[STATE_INTERRUPTIBLE] = "interruptible",
	[STATE_UNINTERRUPTIBLE] = "uninterruptible",
	[STATE_IO_WAIT] = "io-wait",
	[STATE_STOPPED] = "stopped",
	[STATE_WOKEN] = "woken",
	[STATE_UNOBSERVED] = "unobserved",
};

static const char *const locks[LOCK_COUNT] = {
	[LOCK_NONE] = "none",
	[LOCK_SPIN] = "spinlock",
	[LOCK_RWLOCK_READ] = "rwlock-read",
	[LOCK_RWLOCK_WRITE] = "rwlock-write",
	[LOCK_MUTEX] = "mutex",
	[LOCK_RWSEM_READ] = "rwsem-read",
	[LOCK_RWSEM_WRITE] = "rwsem-write",
	[LOCK_RT_MUTEX] = "rt-mutex",
	[LOCK_PERCPU_RWSEM] = "percpu-rwsem",
	[LOCK_OTHER] = "other",
};

const char *basis__name(enum basis basis)
{
	return (unsigned)basis < BASIS_COUNT ? bases[basis] : "?";
}

const char *state__name(enum store_state state)
{
	return (unsigned)state < STATE_COUNT ? states[state] : "?";
}

const char *lock__name(enum store_lock lock)
{
	return (unsigned)lock < LOCK_COUNT ? locks[lock] : "?";
}

static const char *numbered(const char *prefix, int64_t nr)
{
	char *name = g_strdup_printf("%s%" PRId64, prefix, nr);
	const char *interned = g_intern_string(name);

	g_free(name);
	return interned;
}

const char *syscall__name(int64_t nr)
{
	if (nr == SYSCALL_NONE)
		return "(no system call)";
	if (nr == SYSCALL_UNKNOWN)
		return "(unknown system call)";
	if (nr >= SYSCALL_COMPAT)
		return numbered("i386:", nr - SYSCALL_COMPAT);
	if (nr >= 0 && (size_t)nr < G_N_ELEMENTS(syscalls) && syscalls[nr])
		return syscalls[nr];
	return numbered("syscall:", nr);
}
