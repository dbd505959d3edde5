/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The parts of the perf engine. What it sees depends on its tier; docs/engines.md. */
#ifndef WALLFLAME_COLLECTOR_ENGINE_PERF_H
#define WALLFLAME_COLLECTOR_ENGINE_PERF_H

#include "collector/engine_private.h"
#include "collector/perf_feed.h"
#include "collector/perf_format.h"
#include "collector/perf_ledger.h"
#include "collector/perf_locks.h"
#include "collector/record_queue.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct engine_perf;
struct perf_stacks;

/* One way to see switches. */
struct perf_tier {
	const char *backend;
	/* Opens the feed of switches, stopped. */
	int (*open)(struct engine_perf *engine, char **error);
	/* The feed of stacks, stopped, at the period of stacks->draw. */
	int (*open_stacks)(struct engine_perf *engine, struct perf_stacks *stacks);
	const char *probe_note; /* why a probe point rests on evidence */
};

/* What it draws stacks from. */
struct perf_stacks {
	struct perf_feed *feed;
	struct perf_draw draw;
	uint32_t copy_bytes; /* of a user stack */
	uint64_t lost;
	struct engine_perf *engine;
};

struct engine_perf {
	struct engine base;
	const struct perf_tier *tier;
	struct engine_gaps gaps;
	struct probe_set *probes;
	bool counts_opens;
	char *why; /* no better tier was taken; or NULL */
	const pid_t *pids; /* the target's; until it is attached */
	size_t pid_count;
	uint32_t cpus;

	struct perf_formats *formats;
	struct perf_merge *merge;
	struct perf_feed *switches;
	struct perf_stacks *stacks; /* NULL: none are drawn */
	struct perf_stacks *retired; /* stopped; what it holds is still to be read */
	uint64_t retired_ns;
	uint64_t lost_stacks; /* of feeds that are closed */
	uint32_t max_chain;
	gint slowdown; /* so many times fewer stacks than otherwise; atomic */
	GHashTable *walked; /* processes whose code keeps frame pointers: their numbers */
	struct perf_ledger *ledger;
	struct perf_locks *locks;
	struct record_queue *records;
	struct record_queue *spare;

	/* Rings fill while the capture file is being written: a thread of its own reads them. The
	 * lock is for all that is not constant once the engine is open. */
	GMutex lock;
	GCond wake;
	GThread *reader; /* NULL: not running */
	bool stopping;

	uint64_t events; /* that a stack could have been drawn of, since paced_ns */
	uint64_t paced_ns;
	size_t record_bytes; /* in records */
	int ready; /* an eventfd: there are many */
	uint64_t start_ns, end_ns; /* of the window */
	uint64_t waits_due_ns; /* when the kernel's count of waits is to be read; UINT64_MAX: never
				*/
	GArray *unread; /* numbers of threads that this round has still to read them of */
};

extern const struct perf_tier perf_tier_tracepoints;
extern const struct perf_tier perf_tier_switches;

/* Begins to read the rings all the time, and ends that. */
void engine_perf__start_reader(struct engine_perf *engine);
void engine_perf__stop_reader(struct engine_perf *engine);
/* Reads and books everything up to a moment. The lock is held. */
void engine_perf__read(struct engine_perf *engine, uint64_t horizon_ns);
/* Reads the kernel's count of waits for a CPU when that is due; the lock is held. */
void engine_perf__read_waits(struct engine_perf *engine, uint64_t now_ns);
/* The period that what has been seen of late asks for. */
uint32_t engine_perf__pace(struct engine_perf *engine, uint32_t period);
/* Begins to draw stacks, one in `period`, or changes the period. */
int engine_perf__draw(struct engine_perf *engine, uint32_t period);
/* The attribute of an event to draw stacks from: call chains and copies of user stacks. */
void engine_perf__ask_for_stacks(struct perf_event_attr *attr, const struct perf_stacks *stacks);
void engine_perf__stop_drawing(struct engine_perf *engine);
uint64_t engine_perf__lost_stacks(const struct engine_perf *engine);

#endif
