/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the capture itself costs. */
#ifndef WALLFLAME_COLLECTOR_COST_H
#define WALLFLAME_COLLECTOR_COST_H

#include "collector/engine.h"
#include "store/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct cost {
	int64_t window_cpu_ns; /* while the window was open, with that of the ELF reader */
	int64_t reader_cpu_ns; /* of the ELF reader, in processes of its own */
	int64_t oracle_skew_ns; /* time it took to read the kernel's own books once */
	int64_t io_skew_ns; /* after how long, at the worse end, reads and writes had been read */
	int64_t bpf_measured_ns; /* part of the window with the kernel's BPF statistics on */
	struct engine_run_stats bpf; /* in that part */
	int64_t bpf_ns; /* of the programs in the whole window, as far as that part stands for it */
	int64_t ledger_ns; /* for so long the ledger was kept, where that was not all the time */
	int64_t cpus;
	double budget_share; /* of all CPUs */
	bool budget_asked_for;
	int64_t over_budget; /* measurements that were, with nothing left to be lowered */
	int64_t records; /* of the ring */
};

/* CPU time of this process so far, user and system. */
int64_t cost__cpu_now(void);
/* What was taken of all CPUs in a window of so many nanoseconds. */
double cost__share(const struct cost *cost, int64_t window_ns);
/* Returns 0 or a negative errno of the writer. */
int cost__write(const struct cost *cost, int64_t window_ns, struct store_writer *writer);

#endif
