/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Sets of functions that mean something, under the names kernels from 5.10 on and user-space
 * runtimes give them. Rules and probe points speak of sets, not of names.
 */
#ifndef WALLFLAME_ANALYZER_VOCABULARY_H
#define WALLFLAME_ANALYZER_VOCABULARY_H

#include <stdbool.h>
#include <stdint.h>

enum set {
	/* What a frame is, whatever its name. */
	K_ANY, /* a kernel frame */
	U_ANY, /* a user frame */

	/* Skipped when asking who called. */
	K_TRANSPARENT, /* the way into the scheduler, and the tracer itself */
	K_PRIMITIVE, /* taking a lock */
	K_HELPER, /* does what its caller wants: bit search, copying, slabs, thunks */

	/* What is below them explains the time; what called the interrupted code does not. */
	K_IRQ,
	K_FAULT,

	K_SPIN,
	K_RWSEM,
	K_MUTEX, /* mutexes, semaphores, RT mutexes, per-CPU rwsems */
	K_OWNER_SPIN, /* spinning on the owner of a sleeping lock */
	K_LOCKREF,
	K_DENTRY,
	K_DENTRY_WAIT,
	K_VFS, /* take an inode's rwsem */
	K_FS, /* the same, by file system */
	K_MMAP, /* take the address space's rwsem */
	K_FILE_LOCK, /* other things that work as locks */

	K_SCHED,
	K_PLUG,
	K_ENTRY,

	K_FD_ALLOC,
	K_FD_CLOSE,
	K_FD_GROW,
	K_FILE_OBJECT,
	K_FPUT,
	K_SLAB_FREE,

	K_FILE_FAULT,
	K_READAHEAD,
	K_INSERT,
	K_FOLIO_WAIT,
	K_WRITEBACK,
	K_SWAP,

	K_FUTEX,
	K_SLEEP,
	K_POLL,
	K_PARK,
	K_NETWORK,
	K_PIPE,
	K_BLOCK,
	K_DEVICE,

	/* Probe points only. */
	K_OPEN,
	K_DPUT,

	U_LOCK,
	U_PARK,
	U_LOCK_BY_PARKING, /* locks that wait through a runtime's own parking */
	SET_COUNT,
};

#define IN(set) (UINT64_C(1) << (set))
_Static_assert(SET_COUNT <= 64, "sets are bits");

struct vocabulary;

struct vocabulary *vocabulary__new(void);
void vocabulary__free(struct vocabulary *vocabulary);
/* The sets the function is in: never K_ANY or U_ANY. Suffixes that compilers add do not count. */
uint64_t vocabulary__sets(const struct vocabulary *vocabulary, const char *symbol, bool kernel);

#endif
