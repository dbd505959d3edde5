/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Who belongs to the target: its processes and threads, living and ended, and their rows in the
 * capture file. A number (pid, tid) can be given again after its owner has ended; a thread is known
 * by its number and the time it was made.
 */
#ifndef WALLFLAME_COLLECTOR_ROSTER_H
#define WALLFLAME_COLLECTOR_ROSTER_H

#include "bpf/records.h"
#include "collector/procfs.h"
#include "collector/space.h"
#include "store/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct roster;
struct wf_copy;

struct process {
	store_id id; /* 0 until it has a row */
	pid_t pid;
	pid_t parent;
	int64_t uid;
	int64_t start_ns; /* 0: before the capture */
	int64_t end_ns; /* 0: it lives */
	char comm[PROCFS_COMM];
	char *exe; /* or NULL */
	struct space *space;
	size_t living; /* threads */
	bool judged; /* whether its code keeps frame pointers; again after exec(2) */
	bool keeps_frame_pointers;
};

/* A drawn stack whose span has not ended. */
struct pending_stack {
	bool set;
	uint32_t sequence; /* of the span */
	store_id stack;
	int lock; /* enum store_lock */
	int futex_op;
};

/* What /proc said of a thread right before the window. */
struct thread_snapshot {
	struct procfs_sleep sleep;
	store_id stack; /* that it slept with; 0: none */
	struct store_oracle books;
};

struct thread {
	store_id id; /* 0 until it has a row */
	pid_t tid;
	pid_t number; /* what it is called now: after exec(2) its process's */
	struct process *process;
	int64_t made_ns; /* task_struct.start_time; 0: not known, before the capture */
	int64_t end_ns; /* 0: it lives */
	char comm[PROCFS_COMM];
	bool opened; /* its time from its start (or t0) to its first switch has been booked */
	uint32_t lost[WF_LOST_KINDS]; /* as its slot had it last */
	struct thread_snapshot *snapshot; /* NULL: it was not there before the window */
	struct pending_stack pending;
	struct wf_copy *copy; /* of its user stack, for the record that follows; or NULL */
};

struct roster *roster__new(struct store_writer *writer);
void roster__free(struct roster *roster); /* NULL is allowed */

/* The window begins. */
void roster__set_t0(struct roster *roster, int64_t t0_ns);

/* A process that runs already; `info` is copied. */
struct process *roster__add_process(struct roster *roster, pid_t pid,
				    const struct procfs_process *info);
/* A new process, child of `parent` (a pid). */
struct process *roster__born_process(struct roster *roster, pid_t pid, pid_t parent,
				     int64_t now_ns);
/* The latest process of that number, or NULL. */
struct process *roster__process(struct roster *roster, pid_t pid);

/* The thread that a record names; made when it is new. made_ns 0: found in /proc. */
struct thread *roster__thread(struct roster *roster, pid_t pid, pid_t tid, int64_t made_ns);
/* The latest thread of that number, or NULL. */
struct thread *roster__find_thread(struct roster *roster, pid_t tid);
/* A thread goes on under another number. */
void roster__rename(struct roster *roster, pid_t tid, pid_t number);
void roster__end_thread(struct roster *roster, struct thread *thread, int64_t end_ns);
size_t roster__living(const struct roster *roster);
size_t roster__count(const struct roster *roster);

/* When the thread's life inside the window begins. */
int64_t roster__start_of(const struct roster *roster, const struct thread *thread);
/* The process's row id, its row written if need be; or a negative errno of the writer. */
store_id roster__process_id(struct roster *roster, struct process *process);
/* The thread's row id, its row written if need be; or a negative errno of the writer. */
store_id roster__id(struct roster *roster, struct thread *thread);

typedef int (*roster_fn)(void *ctx, struct thread *thread);
/* Stops with the first non-zero value that `visit` returns, and returns it. */
int roster__each_thread(struct roster *roster, roster_fn visit, void *ctx);
typedef int (*roster_process_fn)(void *ctx, struct process *process);
int roster__each_process(struct roster *roster, roster_process_fn visit, void *ctx);
/* Brings all rows up to date and writes the used mappings. */
int roster__finish(struct roster *roster, int64_t t1_ns);

#endif
