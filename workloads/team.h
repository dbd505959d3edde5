/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A team of named threads that start together, do the same work until told to stop, and count
 * what they did, each for itself.
 *
 * Whoever runs a team waits for it in poll(2), never on a futex, so that its own waiting is idle
 * time and cannot be taken for the contention a workload makes.
 */
#ifndef WALLFLAME_WORKLOADS_TEAM_H
#define WALLFLAME_WORKLOADS_TEAM_H

#include <stdbool.h>
#include <stdint.h>

#include "workloads/latency.h"
#include "workloads/tally.h"

#define TEAM_EXTRA 8
#define TEAM_UNLIMITED INT64_MAX

struct team;

/* What a thread did; each on its own pair of cache lines (x86 fetches them in pairs). */
struct team_worker {
	int64_t operations;
	int64_t operation_ns; /* in the operation, by the thread's own clock */
	int64_t extra[TEAM_EXTRA]; /* what else a workload counts */
	int64_t quota; /* stop after so many operations; TEAM_UNLIMITED */
	struct latency latency; /* of the operations */
	int index; /* from 0 */
	int tid;
	int books; /* tally_time__open(); -1 */
	int64_t born_ns;
	struct tally_time time; /* of the work; set when it is over */
	struct tally_time life; /* from its creation to the end of the work */
	void *shared; /* team_plan.shared */
	struct team *team;
} __attribute__((aligned(128)));

struct team_plan {
	const char *name; /* the threads are called NAME/INDEX */
	int threads;
	int helpers; /* as many of them, the last, only serve the others, and stop with them */
	const char *helper; /* what a helper is called; NULL: like the others */
	int64_t operations; /* for the others to share, equally; TEAM_UNLIMITED */
	/* Returns when the work is done or team_worker__stopped(), with 0 or team_worker__fail().
	 */
	int (*work)(struct team_worker *worker);
	void *shared;
	int64_t deadline_ns; /* on CLOCK_MONOTONIC: stop then */
	int interrupt_fd; /* stop when readable */
	struct tally *tally; /* gets what each thread did; NULL: nobody asks */
};

struct team_totals {
	int64_t operations;
	int64_t operation_ns;
	int64_t extra[TEAM_EXTRA];
	int64_t elapsed_ns; /* from the start of the work to the end of the last thread */
};

/* Returns 0 or a negative errno with *error malloc'ed. Adds to what is in *totals. */
int team__run(const struct team_plan *plan, struct team_totals *totals, char **error);

/* How many of `operations` are for thread `index` of `threads` that share them. */
int64_t team__share(int64_t operations, int threads, int index);

/*
 * Is it time to end, or has the worker done what it was to do? System calls that a worker blocks in
 * when that becomes true return EINTR (again and again, until the worker ends).
 */
bool team_worker__stopped(const struct team_worker *worker);
/* Counts an operation that began then, on CLOCK_MONOTONIC, and ended then. */
void team_worker__count(struct team_worker *worker, int64_t begin_ns, int64_t end_ns);
/* Makes the whole team stop and fail with "WHAT: " and the text of errno. Returns -errno. */
int team_worker__fail(struct team_worker *worker, const char *what);

#endif
