/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the threads of a workload did, one by one: what its report says beside the sums. */
#ifndef WALLFLAME_WORKLOADS_TALLY_H
#define WALLFLAME_WORKLOADS_TALLY_H

#include <json-c/json_types.h>
#include <stdint.h>

#include "workloads/latency.h"

#define TALLY_UNKNOWN (-1)

/* The time of a thread between two moments, in ns, by the kernel's books. */
struct tally_time {
	int64_t life_ns;
	int64_t run_ns; /* on a CPU */
	int64_t delay_ns; /* waiting for a CPU; TALLY_UNKNOWN where the kernel does not count it */
};

struct tally_entry {
	const char *name; /* copied */
	int tid;
	int64_t operations;
	int64_t operation_ns;
	struct tally_time time; /* of the work */
	struct tally_time life; /* what came before it, too */
	const struct latency *latency;
};

struct tally;

/* NULL: no memory. The caller owns it. */
struct tally *tally__new(void);
void tally__free(struct tally *tally);
/*
 * Adds a thread that has ended; threads of one name, as of one round after the other, become one
 * entry, with the id of the last. Returns 0 or -ENOMEM.
 */
int tally__add(struct tally *tally, const struct tally_entry *entry);
/* Adds "latency" and "per_thread" to the report, when there was a thread. */
void tally__report(const struct tally *tally, struct json_object *report);

/*
 * /proc/self/task/TID/schedstat (Documentation/scheduler/sched-stats.rst), which is the thread's
 * for as long as it is open. The caller closes it; -1: there is none.
 */
int tally_time__open(int tid);
/* How long the thread of these books has waited for a CPU; TALLY_UNKNOWN: they do not tell. */
int64_t tally_time__delay_ns(int books);
/*
 * The time of the calling thread so far: by CLOCK_MONOTONIC (life_ns, from an arbitrary moment),
 * CLOCK_THREAD_CPUTIME_ID (run_ns) and its books (delay_ns), which count from its birth.
 */
struct tally_time tally_time__now(int books);
struct tally_time tally_time__since(struct tally_time end, struct tally_time begin);

#endif
