/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What /proc tells of processes and threads. Functions return 0 or a negative errno. */
#ifndef WALLFLAME_COLLECTOR_PROCFS_H
#define WALLFLAME_COLLECTOR_PROCFS_H

#include "store/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCFS_COMM 64 /* room for a comm (15 bytes; workqueue threads have longer ones) */

struct procfs_process {
	pid_t parent;
	int64_t uid;
	char comm[PROCFS_COMM];
	char *exe; /* malloc'ed, or NULL where it cannot be read; the caller frees it */
};

/* Where a thread that is not running sleeps. */
struct procfs_sleep {
	char state; /* R, S, D, T, ... of /proc/TID/stat */
	bool in_syscall;
	int64_t syscall;
	uint64_t args[2]; /* the first two */
	uint64_t sp; /* in user space; 0: unknown */
	uint64_t pc;
	char wchan[64]; /* the kernel function slept in; "": unknown */
};

struct procfs_mapping {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	uint64_t device; /* as makedev() makes it */
	uint64_t inode;
	const char *path; /* "" for anonymous memory */
};

/* -ESRCH when there is no such process. */
int procfs__process(pid_t pid, struct procfs_process *out);
int procfs__comm(pid_t pid, pid_t tid, char comm[PROCFS_COMM]);
/* The state letter of a thread, or a negative errno. */
int procfs__state(pid_t pid, pid_t tid);
int procfs__sleep(pid_t pid, pid_t tid, struct procfs_sleep *out);
/* The kernel's own books of a thread so far, but for what it read and wrote (procfs_io.h); a figure
 * that cannot be read is negative. */
void procfs__books(pid_t pid, pid_t tid, struct store_oracle *out);
/* Only /proc/TID/schedstat's second figure: ns waited for a CPU, ever; negative errno: unknown. */
int64_t procfs__run_delay(pid_t pid, pid_t tid);

typedef int (*procfs_thread_fn)(void *ctx, pid_t tid);
/* Stops with the first non-zero value that `visit` returns, and returns it. */
int procfs__each_thread(pid_t pid, procfs_thread_fn visit, void *ctx);
typedef int (*procfs_mapping_fn)(void *ctx, const struct procfs_mapping *mapping);
/* Executable mappings only, as a living thread has them: a first thread that has ended has none. */
int procfs__each_mapping(pid_t pid, pid_t tid, procfs_mapping_fn visit, void *ctx);

#endif
