// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/clock.h"

#include "collector/clock_event.h"
#include "collector/now.h"
#include "collector/perf_rings.h"
#include "collector/perf_user.h"
#include "collector/privileges.h"
#include "collector/sysctl.h"

#include <errno.h>
#include <glib.h>
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <time.h>

/*
 * A ring has room for what comes in a second, for on a busy machine the collector may have to wait:
 * hz * (COPY_BYTES + OTHER_BYTES) * 1 s, rounded up to a power of two; at 199 Hz that is 8 MB a
 * CPU. It is never more than MAX_RING_BYTES nor, of all CPUs together, than ALL_RINGS_BYTES. Where
 * the kernel grants less, the copies get shorter, so that COPIES_A_RING fit in, and the rings are
 * read more often.
 */
#define MIN_RING_BYTES (512U << 10)
#define MAX_RING_BYTES (32U << 20)
#define ALL_RINGS_BYTES (512U << 20)
/* Users without privileges have kernel.perf_event_mlock_kb, 516 kB a CPU, and `ulimit -l`. */
#define OWN_RING_BYTES (2U << 20)
#define COPIES_A_RING 64
/* Of a user stack; most are not as deep (docs/unwinding.md). Without a filter other processes' take
 * room as well. */
#define COPY_BYTES (24U << 10)
#define UNFILTERED_COPY_BYTES (8U << 10)
#define LEAST_COPY_BYTES (1U << 10)
/* Of a sample beside the copy: call chains have some 60 frames. */
#define OTHER_BYTES (60 * 8 + PERF_USER_FIXED_BYTES)
#define NS_A_SECOND 1000000000LL
#define DEFAULT_MAX_CHAIN 127 /* PERF_MAX_STACK_DEPTH, include/uapi/linux/perf_event.h */

struct clock {
	struct perf_rings *rings;
	const char *name;
	size_t max_chain;
	int64_t patience_ns;
	bool by_period; /* not by frequency: it ticks evenly, and a sample stands for a period */
	GArray *tempos; /* struct tempo: its changes, in the order of their times */
	GPtrArray *queue; /* struct clock_event, owned */
};

/* From when on which period. */
struct tempo {
	int64_t from_ns;
	uint64_t period_ns;
};

static const struct source {
	const char *name;
	uint32_t type;
	uint64_t config;
	bool by_period; /* the kernel turns a frequency into a period as it is opened */
} sources[] = {
	{"cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, false},
	{"cpu-clock", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK, true},
};

static size_t ring_bytes(int hz, const struct clock_scope *scope)
{
	size_t wanted = (size_t)hz * (COPY_BYTES + OTHER_BYTES), bytes = MIN_RING_BYTES;

	if (scope->count)
		return OWN_RING_BYTES;
	while (bytes < wanted && bytes < MAX_RING_BYTES)
		bytes *= 2;
	return perf_rings__share(bytes, ALL_RINGS_BYTES);
}

/* In rings of `bytes` or less. */
static int open_rings(struct clock *clock, const struct source *source, int hz,
		      const struct clock_scope *scope, size_t bytes)
{
	size_t most = scope->filter || scope->count ? COPY_BYTES : UNFILTERED_COPY_BYTES;
	uint32_t copy_bytes = (uint32_t)CLAMP(bytes / COPIES_A_RING, LEAST_COPY_BYTES, most);
	struct perf_event_attr attr = {
		.type = source->type,
		.config = source->config,
		.size = sizeof(attr),
		.sample_freq = (uint64_t)hz,
		.sample_type = CLOCK_SAMPLE_TYPE,
		.freq = 1,
		.disabled = 1,
		.exclude_idle = 1,
		.exclude_guest = 1,
		.exclude_kernel = scope->user_only,
		.mmap = 1,
		.mmap2 = 1,
		.comm = 1,
		.comm_exec = 1,
		.task = 1,
		.sample_id_all = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		/* Rings are read by the clock: nobody waits for them to fill. */
		.watermark = 1,
		.wakeup_watermark = UINT32_MAX,
	};
	const struct perf_scope whom = {
		.pids = scope->pids, .count = scope->count, .filter = scope->filter};
	int status;

	perf_user__ask(&attr, copy_bytes);
	status = perf_rings__open(&clock->rings, &attr, 1, &whom, bytes);
	if (!status)
		clock->patience_ns = (int64_t)(perf_rings__bytes(clock->rings) / 2 /
					       (copy_bytes + OTHER_BYTES)) *
				     NS_A_SECOND / hz;
	return status;
}

static int open_source(struct clock *clock, const struct source *source, int hz,
		       const struct clock_scope *scope)
{
	size_t bytes = ring_bytes(hz, scope), granted;
	int status = open_rings(clock, source, hz, scope, bytes);

	/* All that may be locked is taken: the copies have to fit, and the engine's stacks need
	 * some as well. */
	if (!status && (granted = perf_rings__bytes(clock->rings)) < bytes) {
		perf_rings__close(clock->rings);
		status = open_rings(clock, source, hz, scope, granted / 2);
	}
	if (!status) {
		perf_rings__start(clock->rings);
		clock->name = source->name;
		clock->by_period = source->by_period;
	}
	return status;
}

int clock__open(struct clock **out, int hz, const struct clock_scope *scope, char **error)
{
	struct clock *clock = g_new0(struct clock, 1);
	int status = -ENOENT;

	for (size_t i = 0; status && i < G_N_ELEMENTS(sources); i++)
		status = open_source(clock, &sources[i], hz, scope);
	if (status) {
		const char *hint = "";

		if (status == -EACCES || status == -EPERM)
			hint = privileges__has(CAP_PERFMON) ? " (" PRIVILEGES_REFUSED_ALL_THE_SAME
							      ")"
							    : " (CAP_PERFMON is needed, see sysctl "
							      "kernel.perf_event_paranoid)";
		else if (status == -EMFILE)
			hint = " (ulimit -n is too low for one event a CPU)";
		else if (status == -EINVAL)
			hint = " (the frequency may be above sysctl "
			       "kernel.perf_event_max_sample_rate)";
		*error = g_strdup_printf("opening the CPU clock: %s%s", g_strerror(-status), hint);
		g_free(clock);
		return status;
	}
	clock->max_chain = (size_t)sysctl__read("kernel/perf_event_max_stack", DEFAULT_MAX_CHAIN);
	clock->tempos = g_array_new(FALSE, FALSE, sizeof(struct tempo));
	clock->queue = g_ptr_array_new_with_free_func(g_free);
	*out = clock;
	return 0;
}

void clock__close(struct clock *clock)
{
	if (!clock)
		return;
	perf_rings__close(clock->rings);
	g_array_free(clock->tempos, TRUE);
	g_ptr_array_free(clock->queue, TRUE);
	g_free(clock);
}

const char *clock__name(const struct clock *clock)
{
	return clock->name;
}

size_t clock__max_chain(const struct clock *clock)
{
	return clock->max_chain;
}

int64_t clock__patience_ns(const struct clock *clock)
{
	return clock->patience_ns;
}

void clock__stop(struct clock *clock)
{
	perf_rings__stop(clock->rings);
}

int clock__set_hz(struct clock *clock, int hz)
{
	struct tempo tempo = {.period_ns = (uint64_t)(NS_A_SECOND / hz)};
	int status = perf_rings__set_period(clock->rings,
					    clock->by_period ? tempo.period_ns : (uint64_t)hz);

	tempo.from_ns = now__monotonic();
	if (!status && clock->by_period)
		g_array_append_val(clock->tempos, tempo);
	return status;
}

/*
 * kernel/events/core.c: a sample of the cpu-clock goes on telling the period it was opened with
 * (hw.last_period, which __perf_event_period() leaves alone).
 */
static void set_period(const struct clock *clock, struct clock_event *event)
{
	for (guint i = clock->tempos->len; i-- > 0;) {
		const struct tempo *tempo = &g_array_index(clock->tempos, struct tempo, i);

		if (event->time_ns >= tempo->from_ns) {
			event->period = tempo->period_ns;
			return;
		}
	}
}

static void take_ring(struct clock *clock, struct perf_ring *ring)
{
	const struct perf_event_header *record;

	while ((record = perf_ring__peek(ring))) {
		struct clock_event *event = clock_event__new(record);

		if (event && event->type == CLOCK_SAMPLE)
			set_period(clock, event);
		if (event)
			g_ptr_array_add(clock->queue, event);
		perf_ring__done(ring);
	}
}

static gint by_time(gconstpointer a, gconstpointer b)
{
	const struct clock_event *x = *(struct clock_event *const *)a;
	const struct clock_event *y = *(struct clock_event *const *)b;

	return x->time_ns < y->time_ns ? -1 : x->time_ns > y->time_ns;
}

void clock__drain(struct clock *clock, const struct clock_until *until, clock_event_fn visit,
		  void *ctx)
{
	struct perf_ring *ring = NULL;
	guint kept = 0;

	while ((ring = perf_rings__next(clock->rings, ring)))
		take_ring(clock, ring);
	g_ptr_array_sort(clock->queue, by_time);
	for (guint i = 0; i < clock->queue->len; i++) {
		struct clock_event *event = g_ptr_array_index(clock->queue, i);

		if (event->time_ns >
		    (event->type == CLOCK_SAMPLE ? until->samples_ns : until->others_ns)) {
			clock->queue->pdata[kept++] = event;
			continue;
		}
		visit(ctx, event);
		g_free(event);
	}
	/* What is left behind `kept` has been freed or moved. */
	clock->queue->len = kept;
}
