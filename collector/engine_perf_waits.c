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
#define TURN_NS 2000000ULL

struct round {
	GArray *unread;
	bool is_first, is_last;
};

static void list(void *ctx, struct perf_thread *thread)
{
	const struct round *round = ctx;

	if (!perf_waits__are_to_be_read(thread) && !(round->is_last && thread->waits.count))
		return;
	thread->waits.is_first |= round->is_first;
	g_array_append_val(round->unread, thread->number);
}

/* Rings fill meanwhile: what TURN_NS do not suffice for is left to the next turn. Returns how long
 * it took. */
static uint64_t read_some(struct engine_perf *engine)
{
	uint64_t began_ns = (uint64_t)now__monotonic(), took_ns = 0;

	while (engine->unread->len && took_ns < TURN_NS) {
		guint last = engine->unread->len - 1;
		struct perf_thread *thread = perf_ledger__thread(
			engine->ledger, g_array_index(engine->unread, uint32_t, last));

		g_array_set_size(engine->unread, last);
		if (thread)
			perf_waits__read(thread);
		took_ns = (uint64_t)now__monotonic() - began_ns;
	}
	return took_ns;
}

void engine_perf__read_waits(struct engine_perf *engine, uint64_t now_ns)
{
	uint64_t last_ns = engine->end_ns - LAST_NS, rest_ns;
	struct round round = {
		.unread = engine->unread,
		.is_first = engine->waits_due_ns == engine->start_ns,
		.is_last = now_ns >= last_ns,
	};

	/* A window that is closed soon does not wait for its turn. */
	if (now_ns < MIN(engine->waits_due_ns, last_ns) || engine->waits_due_ns == UINT64_MAX)
		return;
	if (round.is_last)
		g_array_set_size(engine->unread, 0);
	if (!engine->unread->len)
		perf_ledger__each_thread(engine->ledger, list, &round);
	rest_ns = read_some(engine) * SHARE;
	if (!engine->unread->len)
		rest_ns = MAX(rest_ns, INTERVAL_NS);
	engine->waits_due_ns = MIN(now_ns + rest_ns, last_ns);
	if (round.is_last)
		engine->waits_due_ns = UINT64_MAX;
}
