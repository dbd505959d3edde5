/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A thread of the target as the perf engine sees it. */
#ifndef WALLFLAME_COLLECTOR_PERF_THREAD_H
#define WALLFLAME_COLLECTOR_PERF_THREAD_H

#include "bpf/records.h"

#include <stdbool.h>
#include <stdint.h>

#define PERF_CPU_NONE (-1)
#define PERF_CPU_UNSEEN (-2) /* no event has told where it is yet */

struct perf_lock_end {
	struct wf_lock_key key;
	uint64_t since_ns;
	uint64_t end_ns;
};

struct perf_drawn;

/* Of waits for a CPU: perf_waits.h. */
struct perf_waits {
	uint64_t from_ns, to_ns; /* the kernel's count was read between these two; 0: it was not */
	uint64_t kernel_ns; /* what it was */
	bool is_first; /* not compared since the window opened: what was counted differently until
			  it is was before, and is not made up for */
	uint64_t since_ns; /* when a record told that it waits for a CPU */
	uint32_t count; /* of waits since it was last compared */
	int64_t ns; /* how long they were together */
	bool is_missing; /* of one of them it was not told when it began */
	int64_t owed_ns; /* counted too little, and not booked yet */
};

struct perf_thread {
	struct wf_thread slot;
	uint32_t number; /* what it is called now: after exec(2) its process's */
	int32_t cpu; /* it is on, or one of the above */
	uint64_t on_ns; /* since when; 0: before the first event */
	uint64_t left_ns; /* when a record told that it left a CPU */
	uint64_t queued_ns; /* it waits for a CPU since, by the run queue's clock; 0: it does not */

	/* What it was charged since it last left a CPU. */
	uint64_t run_ns;
	uint64_t wait_ns;
	uint64_t run_delay_ns; /* all of its waits, by the kernel's count when that was last
				  compared and since */
	struct perf_waits waits;

	/* The system call it is in, of those that are watched; else SYSCALL_UNKNOWN. */
	int32_t syscall;
	int8_t futex_op;
	uint64_t call_ns; /* when it opened a file; 0: it does not */
	uint64_t calls[WF_PROBES];

	struct perf_lock_end last_lock;
	struct perf_drawn *early; /* of a switch that has not been told yet; g_free'd; or NULL */
};

#endif
