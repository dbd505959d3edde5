/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The CPU clock: samples of what runs on each CPU, with call chains, and the kernel's records of
 * address spaces (mmap, exec, fork), through perf events.
 *
 * One event a CPU, not one a thread: a thread's own event is set up and torn down at every switch,
 * which a switch storm feels, and needs a descriptor for each pair of thread and CPU. Samples of
 * processes that are not the target's are dropped by the caller. Only who may not look at others
 * gets events of the threads.
 */
#ifndef WALLFLAME_COLLECTOR_CLOCK_H
#define WALLFLAME_COLLECTOR_CLOCK_H

#include "collector/user_copy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct clock;

enum clock_event_type {
	CLOCK_SAMPLE,
	CLOCK_MMAP, /* an executable mapping */
	CLOCK_COMM, /* a new name */
	CLOCK_EXEC, /* a new name and a new address space */
	CLOCK_FORK, /* a new process or thread */
	CLOCK_LOST,
	CLOCK_THROTTLED, /* the kernel left out samples that came too fast */
};

/* What the pointers point to lives until the visitor returns. Only the fields of the type are set.
 */
struct clock_event {
	enum clock_event_type type;
	int64_t time_ns; /* CLOCK_MONOTONIC */
	pid_t pid;
	pid_t tid;

	uint64_t period; /* SAMPLE: ns, or cycles */
	const uint64_t *chain; /* SAMPLE: leaf first, with PERF_CONTEXT_* marks */
	size_t chain_length;
	bool copied; /* SAMPLE: there is a copy */
	struct user_copy copy;

	uint64_t start; /* MMAP */
	uint64_t length;
	uint64_t offset;
	uint64_t device;
	uint64_t inode;

	const char *text; /* MMAP: path; COMM and EXEC: name */
	pid_t parent; /* FORK: process */
	uint64_t lost; /* LOST: records */
};

/* Whom to sample. */
struct clock_scope {
	const pid_t *pids; /* these processes and their children, with events of their own */
	size_t count; /* 0: whatever runs on any CPU */
	bool user_only; /* not in the kernel */
	const int *filter; /* a BPF program that says which samples are kept; NULL: all */
};

/*
 * Opens and starts the clock at `hz` samples a second: cycles where there is a PMU, else cpu-clock.
 * Returns 0 or a negative errno with *error malloc'ed.
 */
int clock__open(struct clock **out, int hz, const struct clock_scope *scope, char **error);
void clock__close(struct clock *clock); /* NULL is allowed */
/* "cycles" or "cpu-clock". */
const char *clock__name(const struct clock *clock);
/*
 * Changes how often it samples. What a sample stands for is told right whenever it was changed.
 * Returns 0 or a negative errno: -EOPNOTSUPP where the events are the threads' own.
 */
int clock__set_hz(struct clock *clock, int hz);
/* The longest chain that the kernel records: kernel.perf_event_max_stack. */
size_t clock__max_chain(const struct clock *clock);
/* How long it may take at least until a ring is half full: so often they want to be read. */
int64_t clock__patience_ns(const struct clock *clock);
/* No more samples. */
void clock__stop(struct clock *clock);

/* What is later is kept for the next call. */
struct clock_until {
	int64_t samples_ns;
	int64_t others_ns;
};

/*
 * Takes all records out of the rings and visits them in the order of their times. The rings are
 * read one after the other: others_ns must not be later than the beginning of the call, or a record
 * may be visited before an earlier one of another CPU.
 */
typedef void (*clock_event_fn)(void *ctx, const struct clock_event *event);
void clock__drain(struct clock *clock, const struct clock_until *until, clock_event_fn visit,
		  void *ctx);

#endif
