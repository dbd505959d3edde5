// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* When to read the kernel's count of waits for a CPU. */
#include "collector/engine_perf.h"

#include "collector/now.h"
#include "collector/perf_waits.h"

#include <glib.h>

#define INTERVAL_NS 250000000ULL
#define SHARE 50 /* of the time, one in so many goes into reading */
/* So long before the window closes, for the last time: then most threads come on once more before
 * it does, which tells of when the reading is. */
#define LAST_NS 1000000ULL

struct round {
	bool is_first, is_last;
};

static void read_waits(void *ctx, struct perf_thread *thread)
{
	const struct round *round = ctx;

	if (perf_waits__are_to_be_read(thread) || (round->is_last && thread->waits.count))
		perf_waits__read(thread, round->is_first);
}

void engine_perf__read_waits(struct engine_perf *engine, uint64_t now_ns)
{
	uint64_t last_ns = engine->end_ns - LAST_NS, took_ns;
	struct round round = {
		.is_first = engine->waits_due_ns == engine->start_ns,
		.is_last = now_ns >= last_ns,
	};

	/* A window that is closed soon does not wait for its turn. */
	if (now_ns < MIN(engine->waits_due_ns, last_ns) || engine->waits_due_ns == UINT64_MAX)
		return;
	perf_ledger__each_thread(engine->ledger, read_waits, &round);
	took_ns = (uint64_t)now__monotonic() - now_ns;
	engine->waits_due_ns = MIN(now_ns + MAX(INTERVAL_NS, took_ns * SHARE), last_ns);
	if (round.is_last)
		engine->waits_due_ns = UINT64_MAX;
}
