// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reading the rings in time, and how many stacks to draw. */
#include "collector/engine_perf.h"

#include "collector/now.h"
#include "collector/perf_pace.h"
#include "collector/perf_user.h"

#include <glib.h>

#define STACKS_PER_CPU 1500ULL /* a second, as STACKS_PER_CPU in capture_flow.c */
#define PACE_NS 250000000ULL
#define FLOOD_NS 10000000ULL /* so soon a flood of stacks is met */
#define FLOOD 4
#define SHORTEST_NS 2000000ULL
#define LONGEST_NS 100000000ULL
/* A storm begins without a word: nanoseconds that it may take to fill a byte of a ring of records
 * of switches, and to the next switch. */
#define SWITCH_BYTE_NS 10.0
#define SWITCH_NS 3200.0
/* Of a sample, beside the copy of the user stack: call chains have some 60 frames. */
#define CHAIN_BYTES (60 * 8 + PERF_USER_FIXED_BYTES)
/* Deep enough for most stacks (docs/unwinding.md); and where a ring is as small as what everybody
 * is granted. */
#define COPY_BYTES (8U << 10)
#define SMALL_COPY_BYTES (4U << 10)

uint64_t engine_perf__lost_stacks(const struct engine_perf *engine)
{
	uint64_t lost = engine->lost_stacks;

	if (engine->stacks)
		lost += engine->stacks->lost;
	if (engine->retired)
		lost += engine->retired->lost;
	return lost;
}

static void close_stacks(struct engine_perf *engine, struct perf_stacks *stacks)
{
	if (!stacks)
		return;
	engine->lost_stacks += stacks->lost;
	perf_feed__close(stacks->feed);
	g_free(stacks);
}

void engine_perf__stop_drawing(struct engine_perf *engine)
{
	close_stacks(engine, engine->stacks);
	close_stacks(engine, engine->retired);
	engine->stacks = engine->retired = NULL;
}

void engine_perf__ask_for_stacks(struct perf_event_attr *attr, const struct perf_stacks *stacks)
{
	attr->sample_type |= PERF_SAMPLE_CALLCHAIN;
	perf_user__ask(attr, stacks->copy_bytes);
}

int engine_perf__draw(struct engine_perf *engine, uint32_t period)
{
	struct perf_stacks *stacks;
	int status;

	if (!engine->tier->open_stacks || engine->retired)
		return 0;
	stacks = g_new0(struct perf_stacks, 1);
	stacks->engine = engine;
	stacks->copy_bytes = engine->gaps.others ? SMALL_COPY_BYTES : COPY_BYTES;
	stacks->draw = (struct perf_draw){
		.period = period, .max_chain = engine->max_chain, .walked = engine->walked};
	status = engine->tier->open_stacks(engine, stacks);
	if (status) {
		g_free(stacks);
		return status;
	}
	if (engine->stacks) {
		perf_feed__stop(engine->stacks->feed);
		engine->retired = engine->stacks;
		engine->retired_ns = (uint64_t)now__monotonic();
	}
	engine->stacks = stacks;
	perf_feed__start(stacks->feed);
	return 0;
}

static uint64_t wanted_stacks(const struct engine_perf *engine, uint64_t passed_ns)
{
	return STACKS_PER_CPU * engine->cpus * passed_ns / 1000000000 /
	       (uint64_t)MAX(g_atomic_int_get(&engine->slowdown), 1);
}

uint32_t engine_perf__pace(struct engine_perf *engine, uint32_t period)
{
	uint64_t now_ns = (uint64_t)now__monotonic();
	uint64_t wanted = wanted_stacks(engine, now_ns - engine->paced_ns);

	period = perf_pace__period(period, engine->events, wanted);
	engine->events = 0;
	engine->paced_ns = now_ns;
	return period;
}

static void keep_pace(struct engine_perf *engine, uint64_t now_ns)
{
	uint64_t passed_ns = now_ns - engine->paced_ns;
	uint32_t period, next;

	if (!engine->stacks)
		return;
	period = engine->stacks->draw.period;
	if (passed_ns < PACE_NS &&
	    (passed_ns < FLOOD_NS ||
	     engine->events / period < FLOOD * wanted_stacks(engine, passed_ns)))
		return;
	next = engine_perf__pace(engine, period);
	/* Where it cannot be changed, it stays what it is. */
	if (next != period)
		engine_perf__draw(engine, next);
}

/* How long it may take until a ring is half full. */
static uint64_t time_to_sleep(const struct engine_perf *engine)
{
	double half = (double)perf_feed__ring_bytes(engine->switches) / 2;
	double ns = half * SWITCH_BYTE_NS;

	if (engine->stacks) {
		double samples = (double)perf_feed__ring_bytes(engine->stacks->feed) / 2 /
				 (CHAIN_BYTES + engine->stacks->copy_bytes);

		ns = MIN(ns, samples * SWITCH_NS * engine->stacks->draw.period);
	}
	return (uint64_t)CLAMP(ns, SHORTEST_NS, LONGEST_NS);
}

void engine_perf__read(struct engine_perf *engine, uint64_t horizon_ns)
{
	perf_merge__until(engine->merge, horizon_ns);
	if (engine->retired && horizon_ns > engine->retired_ns) {
		close_stacks(engine, engine->retired);
		engine->retired = NULL;
	}
}

static gpointer read_on(gpointer data)
{
	struct engine_perf *engine = data;

	g_mutex_lock(&engine->lock);
	while (!engine->stopping) {
		uint64_t now_ns = (uint64_t)now__monotonic();

		engine_perf__read(engine, now_ns - ENGINE_LAG_NS);
		keep_pace(engine, now_ns);
		engine_perf__read_waits(engine, now_ns);
		/* g_get_monotonic_time() is CLOCK_MONOTONIC in microseconds. */
		g_cond_wait_until(
			&engine->wake, &engine->lock,
			(gint64)MIN(now_ns + time_to_sleep(engine), engine->waits_due_ns) / 1000);
	}
	g_mutex_unlock(&engine->lock);
	return NULL;
}

void engine_perf__start_reader(struct engine_perf *engine)
{
	engine->stopping = false;
	engine->reader = g_thread_new("perf-rings", read_on, engine);
}

void engine_perf__stop_reader(struct engine_perf *engine)
{
	if (!engine->reader)
		return;
	g_mutex_lock(&engine->lock);
	engine->stopping = true;
	g_cond_signal(&engine->wake);
	g_mutex_unlock(&engine->lock);
	g_thread_join(engine->reader);
	engine->reader = NULL;
}
