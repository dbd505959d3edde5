/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Waits for kernel locks from contention tracepoints, as bpf/locks.bpf.h counts them. */
#ifndef WALLFLAME_COLLECTOR_PERF_LOCKS_H
#define WALLFLAME_COLLECTOR_PERF_LOCKS_H

#include "bpf/records.h"
#include "collector/perf_slot.h"
#include "collector/perf_thread.h"

#include <stdbool.h>
#include <stdint.h>

struct perf_locks;

struct perf_locks *perf_locks__new(void);
void perf_locks__free(struct perf_locks *locks); /* NULL is allowed */

/* `flags` as the tracepoint has them. */
void perf_locks__begin(struct perf_locks *locks, struct perf_thread *thread, uint64_t time_ns,
		       uint64_t address, uint64_t flags);
/* window NULL: it is not open, and nothing is counted. */
void perf_locks__end(struct perf_locks *locks, struct perf_thread *thread, uint64_t time_ns,
		     uint64_t address, const struct perf_window *window);
/* The wait that ends at this time, whether that has been told already or not. False: none known. */
bool perf_locks__ending(const struct perf_thread *thread, uint64_t time_ns, uint64_t address,
			struct perf_lock_end *out);
/* A thread that leaves its CPU spins on nothing: the end of such a wait was not seen. */
void perf_locks__drop_spins(struct perf_thread *thread);

/* Takes the sums of slices below `before` out. */
void perf_locks__take(struct perf_locks *locks, uint32_t before,
		      void (*visit)(void *ctx, const struct wf_lock_key *key,
				    const struct wf_lock_sum *sum),
		      void *ctx);
/* Waits nested too deep to be timed. */
uint64_t perf_locks__too_deep(const struct perf_locks *locks);

#endif
