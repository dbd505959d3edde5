/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Perf events and the rings, one a CPU, that the kernel writes their records into. */
#ifndef WALLFLAME_COLLECTOR_PERF_RINGS_H
#define WALLFLAME_COLLECTOR_PERF_RINGS_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What events are opened for. */
struct perf_scope {
	const pid_t *pids; /* the threads of these processes and all that they make */
	size_t count; /* 0: everything on every CPU */
	const int *filter; /* a BPF program that says which samples are kept; NULL: all */
};

/* Rings of one kind: all of their events have the same sample_type. */
struct perf_rings;
struct perf_ring;

/*
 * Opens the events, stopped, with a ring of `bytes` (a power of two) for each CPU, or smaller
 * ones where that is not granted. Returns 0 or a negative errno: -EACCES or -EPERM where it is
 * refused, -ESRCH when a process has ended, -EMFILE when descriptors run out.
 */
int perf_rings__open(struct perf_rings **out, struct perf_event_attr *attrs, size_t count,
		     const struct perf_scope *scope, size_t bytes);
void perf_rings__close(struct perf_rings *rings); /* NULL is allowed */
/* Of all events: the period, or the frequency where they were opened with one. Returns 0 or a
 * negative errno: -EOPNOTSUPP for events of threads, which are inherited. */
int perf_rings__set_period(struct perf_rings *rings, uint64_t period);
void perf_rings__start(struct perf_rings *rings);
void perf_rings__stop(struct perf_rings *rings);

/* `bytes` for each CPU, or a power of two less where all CPUs together would take more than `all`;
 * 32 kB at least. */
size_t perf_rings__share(size_t bytes, size_t all);
/* Of each ring. */
size_t perf_rings__bytes(const struct perf_rings *rings);

/* Rings in turn: NULL begins, NULL ends. */
struct perf_ring *perf_rings__next(struct perf_rings *rings, struct perf_ring *after);
/* The next record of a ring, or NULL; valid until it is told to be done with. Until then there is
 * no other. */
const struct perf_event_header *perf_ring__peek(struct perf_ring *ring);
void perf_ring__done(struct perf_ring *ring);

#endif
