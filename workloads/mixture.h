/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The four activities of a mixture, and what a thread needs for them. */
#ifndef WALLFLAME_WORKLOADS_MIXTURE_H
#define WALLFLAME_WORKLOADS_MIXTURE_H

#include <pthread.h>

#include "workloads/chance.h"
#include "workloads/growing_table.h"
#include "workloads/workload.h"

struct mixture {
	pthread_mutex_t mutex; /* a helper holds it most of the time */
	int file; /* with a region for each thread, out of memory when the work begins */
	int threads;
	const struct workload_options *options;
	struct mixture_thread *of_thread;
};

struct mixture_thread {
	int64_t part_ns[MIXTURE_PARTS];
	struct tally_time life; /* of all its work */
	int clock; /* thread_clock__open() */
	int64_t piece; /* how many it has read */
	struct growing_table table;
	struct chance chance;
} __attribute__((aligned(128)));

/* Bytes of the file for each thread. */
int64_t mixture__region(const struct mixture *mixture);
/*
 * One turn of an activity, which adds to the thread's part. Returns 0 or team_worker__fail().
 */
int mixture_thread__turn(struct mixture_thread *thread, struct team_worker *worker,
			 enum mixture_part part);

#endif
