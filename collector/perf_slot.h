/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A thread's sums as the BPF programs keep them (bpf/ledger.bpf.h), kept in user space: the same
 * slots and the same records come out, so that the books need not know who counted.
 */
#ifndef WALLFLAME_COLLECTOR_PERF_SLOT_H
#define WALLFLAME_COLLECTOR_PERF_SLOT_H

#include "bpf/records.h"

#include <stddef.h>
#include <stdint.h>

/* Where records go. */
struct perf_sink {
	void (*emit)(void *ctx, const void *record, size_t size);
	void *ctx;
};

struct perf_window {
	uint64_t start_ns; /* UINT64_MAX: it is not open */
	uint64_t end_ns;
	uint64_t slice_ns;
	uint64_t long_span_ns; /* reported one by one even when not drawn */
};

/* What happened since a thread last left a CPU. */
struct perf_turn {
	uint64_t on_ns; /* when it came onto the one it leaves now; 0: before the first event */
	uint64_t now_ns;
	/* What the kernel has charged it since it last left one. */
	uint64_t run_ns;
	uint64_t wait_ns; /* for a CPU */
};

/* A thread that has not been seen leaving a CPU yet. */
struct wf_thread perf_slot__new(uint32_t tid, uint32_t tgid, uint64_t start_ns);
/* Books the open span and the run that have ended. Returns when that was by the thread's own count,
 * for the caller to set as slot->off_ns. */
uint64_t perf_slot__close(struct wf_thread *slot, const struct perf_turn *turn,
			  const struct perf_window *window, const struct perf_sink *sink);
/* Takes so much of the sleeps of this slice for waits for a CPU, by how many there are of each
 * kind; negative: gives it back. Returns how much found no place. */
int64_t perf_slot__add_waits(struct wf_thread *slot, int64_t ns);
/* Sends the slot and empties its sums. */
void perf_slot__flush(struct wf_thread *slot, const struct perf_sink *sink);

#endif
