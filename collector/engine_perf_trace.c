// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The first tier: tracepoints of the scheduler, of locks and of some system calls, on every CPU. */
#include "collector/engine_perf.h"

#include "collector/perf_calls.h"
#include "collector/perf_records.h"
#include "collector/privileges.h"
#include "collector/probe_points.h"
#include "collector/sysctl.h"
#include "collector/tracefs.h"

#include <errno.h>
#include <glib.h>
#include <linux/futex.h>

#define RING_BYTES (16U << 20) /* a CPU; a storm fills some 100 MB a second */
#define ALL_RINGS_BYTES (512U << 20)
#define STACK_RING_BYTES (16U << 20)
#define ALL_STACK_RINGS_BYTES (512U << 20)

/* A sample of a tracepoint and what it is of. */
struct hit {
	struct engine_perf *engine;
	const struct perf_sample *sample;
	const struct perf_format *format;
	struct perf_moment at;
};

/* What is done with a tracepoint, and what with one that has a stack. */
struct use {
	void (*plain)(const struct hit *hit);
	void (*stack)(const struct hit *hit, const struct perf_draw *draw);
};

static uint64_t number(const struct hit *hit, size_t field)
{
	return perf_format__number(hit->format, field, hit->sample->raw);
}

static struct perf_thread *current(const struct hit *hit)
{
	return perf_ledger__thread(hit->engine->ledger, (uint32_t)hit->sample->tid);
}

static const struct perf_window *window_of(const struct hit *hit)
{
	return perf_ledger__window_at(hit->engine->ledger, hit->at.time_ns);
}

enum switch_field { SWITCH_PREV, SWITCH_NEXT, SWITCH_STATE, SWITCH_COMM };

/*
 * The letters of the tracepoint's format: include/trace/events/sched.h, __trace_sched_switch_state,
 * and include/linux/sched.h, TASK_REPORT. The same from Linux 4.20 on.
 */
static uint8_t state_of(uint64_t prev_state)
{
	enum {
		SLEEPS = 0x01, /* S */
		STOPPED = 0x0c, /* T, t */
		DEAD = 0x30, /* X, Z */
		PREEMPTED = 0x100, /* R+ */
	};

	if (!prev_state || prev_state & PREEMPTED)
		return WF_PREEMPTED;
	if (prev_state & DEAD)
		return PERF_STATE_DEAD;
	if (prev_state & SLEEPS)
		return WF_INTERRUPTIBLE;
	return prev_state & STOPPED ? WF_STOPPED : WF_UNINTERRUPTIBLE;
}

static void on_switch(const struct hit *hit)
{
	struct perf_switch what = {
		.prev = (uint32_t)number(hit, SWITCH_PREV),
		.next = (uint32_t)number(hit, SWITCH_NEXT),
		.prev_state = state_of(number(hit, SWITCH_STATE)),
	};

	perf_format__text(hit->format, SWITCH_COMM, hit->sample->raw, what.prev_comm,
			  sizeof(what.prev_comm));
	hit->engine->events++;
	perf_ledger__switch(hit->engine->ledger, &hit->at, &what);
}

static void on_switch_stack(const struct hit *hit, const struct perf_draw *draw)
{
	perf_ledger__stack(hit->engine->ledger, hit->sample, (uint32_t)number(hit, SWITCH_PREV),
			   draw);
}

static void on_wakeup(const struct hit *hit)
{
	perf_ledger__woke(hit->engine->ledger, &hit->at, (uint32_t)number(hit, 0),
			  (uint32_t)number(hit, 1));
}

static void on_runtime(const struct hit *hit)
{
	perf_ledger__ran(hit->engine->ledger, &hit->at, (uint32_t)number(hit, 0), number(hit, 1));
}

static void on_iowait(const struct hit *hit)
{
	perf_ledger__waited_for_io(hit->engine->ledger, &hit->at, (uint32_t)number(hit, 0));
}

static void on_exec(const struct hit *hit)
{
	perf_ledger__renamed(hit->engine->ledger, &hit->at, (uint32_t)number(hit, 1),
			     (uint32_t)number(hit, 0));
}

static void on_contention_begin(const struct hit *hit)
{
	struct perf_thread *thread = current(hit);

	if (thread)
		perf_locks__begin(hit->engine->locks, thread, hit->at.time_ns, number(hit, 0),
				  number(hit, 1));
}

static void on_contention_end(const struct hit *hit)
{
	struct perf_thread *thread = current(hit);

	hit->engine->events++;
	if (thread)
		perf_locks__end(hit->engine->locks, thread, hit->at.time_ns, number(hit, 0),
				window_of(hit));
}

static void on_contention_stack(const struct hit *hit, const struct perf_draw *draw)
{
	const struct perf_thread *thread = current(hit);
	struct perf_lock_end wait;

	if (thread && window_of(hit) &&
	    perf_locks__ending(thread, hit->at.time_ns, number(hit, 0), &wait)) {
		wait.since_ns = MAX(wait.since_ns, window_of(hit)->start_ns);
		perf_stack__of_lock(thread, hit->sample, draw, &wait,
				    perf_ledger__sink(hit->engine->ledger));
	}
}

static void on_open(const struct hit *hit)
{
	struct perf_thread *thread = current(hit);
	struct perf_call call = {
		.syscall = (int32_t)number(hit, 0), .futex_op = -1, .opens_a_file = true};

	if (thread)
		perf_calls__enter(thread, hit->at.time_ns, &call);
}

static void on_futex(const struct hit *hit)
{
	struct perf_thread *thread = current(hit);
	struct perf_call call = {
		.syscall = (int32_t)number(hit, 0),
		.futex_op = (int8_t)(number(hit, 1) & FUTEX_CMD_MASK),
	};

	if (thread)
		perf_calls__enter(thread, hit->at.time_ns, &call);
}

static void on_return(const struct hit *hit)
{
	struct perf_thread *thread = current(hit);

	if (thread)
		perf_calls__exit(thread, hit->at.time_ns, window_of(hit),
				 perf_ledger__sink(hit->engine->ledger));
}

static const struct use use_switch = {on_switch, on_switch_stack};
static const struct use use_wakeup = {on_wakeup, NULL};
static const struct use use_runtime = {on_runtime, NULL};
static const struct use use_iowait = {on_iowait, NULL};
static const struct use use_exec = {on_exec, NULL};
static const struct use use_begin = {on_contention_begin, NULL};
static const struct use use_end = {on_contention_end, on_contention_stack};
static const struct use use_open = {on_open, NULL};
static const struct use use_futex = {on_futex, NULL};
static const struct use use_return = {on_return, NULL};

enum need {
	NEEDED,
	LOCKS, /* since Linux 5.19 */
	OPENS, /* a part of what openat counts */
	OPTIONAL,
};

static const struct point {
	struct perf_format_want want;
	const char *name;
	enum need need;
} points[] = {
	{{"sched", {"prev_pid", "next_pid", "prev_state", "prev_comm"}, &use_switch},
	 "sched_switch",
	 NEEDED},
	/* Not sched_waking: this one comes when the thread is on the run queue, which is when the
	 * kernel begins to count its wait. */
	{{"sched", {"pid", "target_cpu"}, &use_wakeup}, "sched_wakeup", NEEDED},
	{{"sched", {"pid", "old_pid"}, &use_exec}, "sched_process_exec", NEEDED},
	{{"sched", {"pid", "runtime"}, &use_runtime}, "sched_stat_runtime", OPTIONAL},
	/* Comes only with sysctl kernel.sched_schedstats. */
	{{"sched", {"pid"}, &use_iowait}, "sched_stat_iowait", OPTIONAL},
	{{"lock", {"lock_addr", "flags"}, &use_begin}, "contention_begin", LOCKS},
	{{"lock", {"lock_addr"}, &use_end}, "contention_end", LOCKS},
	{{"syscalls", {"__syscall_nr"}, &use_open}, "sys_enter_openat", OPENS},
	{{"syscalls", {NULL}, &use_return}, "sys_exit_openat", OPENS},
	{{"syscalls", {"__syscall_nr"}, &use_open}, "sys_enter_open", OPENS},
	{{"syscalls", {NULL}, &use_return}, "sys_exit_open", OPENS},
	{{"syscalls", {"__syscall_nr"}, &use_open}, "sys_enter_openat2", OPENS},
	{{"syscalls", {NULL}, &use_return}, "sys_exit_openat2", OPENS},
	{{"syscalls", {"__syscall_nr"}, &use_open}, "sys_enter_creat", OPENS},
	{{"syscalls", {NULL}, &use_return}, "sys_exit_creat", OPENS},
	{{"syscalls", {"__syscall_nr", "op"}, &use_futex}, "sys_enter_futex", OPTIONAL},
	{{"syscalls", {NULL}, &use_return}, "sys_exit_futex", OPTIONAL},
};

static struct hit hit_of(struct engine_perf *engine, const struct perf_sample *sample)
{
	return (struct hit){
		.engine = engine,
		.sample = sample,
		.format = perf_formats__of(engine->formats, sample->raw, sample->raw_size),
		.at = {.cpu = sample->cpu, .time_ns = sample->time_ns},
	};
}

static void on_record(void *ctx, const struct perf_event_header *record,
		      const struct perf_sample *sample)
{
	struct engine_perf *engine = ctx;

	if (record->type == PERF_RECORD_SAMPLE) {
		struct hit hit = hit_of(engine, sample);

		if (hit.format)
			((const struct use *)perf_format__use(hit.format))->plain(&hit);
	} else {
		perf_records__tell(engine->ledger, record, sample);
	}
}

static void on_stack_record(void *ctx, const struct perf_event_header *record,
			    const struct perf_sample *sample)
{
	struct perf_stacks *stacks = ctx;

	if (record->type == PERF_RECORD_SAMPLE) {
		struct hit hit = hit_of(stacks->engine, sample);

		if (hit.format)
			((const struct use *)perf_format__use(hit.format))
				->stack(&hit, &stacks->draw);
	} else {
		stacks->lost += perf_records__lost(record);
	}
}

static struct perf_event_attr attr_of(const struct perf_format *format)
{
	struct perf_event_attr attr =
		perf_feed__attr(PERF_TYPE_TRACEPOINT, perf_format__id(format));

	attr.sample_type |= PERF_SAMPLE_RAW;
	attr.sample_period = 1;
	return attr;
}

/* What this kernel lacks. Returns 0 when it can be done without. */
static int do_without(struct engine_perf *engine, const struct point *point, int error,
		      char **message)
{
	char *place = g_strdup_printf("%s:%s", point->want.system, point->name);

	if (point->need == NEEDED)
		*message = g_strdup_printf("the tracepoint %s: %s", place, g_strerror(error));
	if (point->need == LOCKS)
		engine->gaps.locks = true;
	if (point->want.use == &use_open)
		probe_set__tried(engine->probes, WF_PROBE_OPENAT, BACKEND_TRACEPOINT, place,
				 g_strerror(error));
	if (point->want.use == &use_iowait)
		engine->gaps.io_waits = true;
	g_free(place);
	return point->need == NEEDED ? -error : 0;
}

static int load_point(struct engine_perf *engine, const struct tracefs *tracefs,
		      const struct point *point, GArray *attrs, char **error)
{
	/* That tracepoint is silent as long as the kernel keeps no such statistics. */
	if (point->want.use == &use_iowait && !sysctl__read("kernel/sched_schedstats", 0))
		return do_without(engine, point, ENODATA, error);
	char *path = g_strdup_printf("events/%s/%s/format", point->want.system, point->name);
	char *text = tracefs__read(tracefs, path);
	const struct perf_format *format = NULL;
	int status = text ? perf_formats__parse(engine->formats, &point->want, text, &format)
			  : -errno;

	g_free(path);
	free(text);
	if (status)
		return do_without(engine, point, -status, error);
	struct perf_event_attr attr = attr_of(format);

	/* sched_stat_runtime counts nanoseconds, not events: with a period of one it would overflow
	 * at each of them. Asked to tell the period, a software event makes one sample of each hit
	 * (kernel/events/core.c, perf_swevent_event). */
	attr.sample_type |= PERF_SAMPLE_PERIOD;
	attr.task = !attrs->len; /* births; once is enough */
	g_array_append_val(attrs, attr);
	if (point->want.use == &use_open) {
		char *place = g_strdup_printf("%s:%s", point->want.system, point->name);

		probe_set__tried(engine->probes, WF_PROBE_OPENAT, BACKEND_TRACEPOINT, place, NULL);
		engine->counts_opens = true;
		g_free(place);
	}
	return 0;
}

static int load_points(struct engine_perf *engine, GArray *attrs, char **error)
{
	struct tracefs *tracefs;
	int status = tracefs__open(&tracefs, error);

	if (status)
		return status;
	engine->formats = perf_formats__new();
	for (size_t i = 0; !status && i < G_N_ELEMENTS(points); i++)
		status = load_point(engine, tracefs, &points[i], attrs, error);
	tracefs__close(tracefs);
	return status;
}

static void tell_openat(struct engine_perf *engine)
{
	const struct probe_status counted = {
		.backend = BACKEND_TRACEPOINT,
		.counts = COUNTS_CALLS,
		.note = "every call is timed, from the system call's entry to its return",
	};

	if (engine->counts_opens)
		probe_set__take(engine->probes, WF_PROBE_OPENAT, &counted);
}

static int open_tracepoints(struct engine_perf *engine, char **error)
{
	GArray *attrs = g_array_new(FALSE, FALSE, sizeof(struct perf_event_attr));
	const struct perf_scope everything = {0};
	int status = privileges__namespace(error);

	if (!status)
		status = load_points(engine, attrs, error);

	struct perf_feed_config config = {
		.attrs = (struct perf_event_attr *)(void *)attrs->data,
		.count = attrs->len,
		.scope = &everything,
		.bytes = perf_rings__share(RING_BYTES, ALL_RINGS_BYTES),
		.visit = on_record,
		.ctx = engine,
	};

	if (!status) {
		status = perf_feed__open(&engine->switches, &config, engine->merge);
		if (status)
			*error = g_strdup_printf(
				"opening the tracepoints: %s%s", g_strerror(-status),
				status == -EMFILE ? " (ulimit -n is too low for some events a CPU)"
						  : "");
	}
	/* All that may be locked is taken: the stacks and the CPU clock need some as well. */
	if (!status && perf_feed__ring_bytes(engine->switches) < config.bytes) {
		config.bytes = perf_feed__ring_bytes(engine->switches) / 2;
		perf_feed__close(engine->switches);
		engine->switches = NULL;
		status = perf_feed__open(&engine->switches, &config, engine->merge);
		if (status)
			*error =
				g_strdup_printf("opening the tracepoints: %s", g_strerror(-status));
	}
	/* No other call is watched: each would cost every call of every process. */
	engine->gaps.syscalls = true;
	if (!status)
		tell_openat(engine);
	g_array_free(attrs, TRUE);
	return status;
}

static int open_tracepoint_stacks(struct engine_perf *engine, struct perf_stacks *stacks)
{
	GArray *attrs = g_array_new(FALSE, FALSE, sizeof(struct perf_event_attr));
	const struct perf_scope everything = {0};
	struct perf_feed_config config = {
		.scope = &everything,
		.bytes = perf_rings__share(STACK_RING_BYTES, ALL_STACK_RINGS_BYTES),
		.visit = on_stack_record,
		.ctx = stacks,
	};
	int status;

	for (size_t i = 0; i < G_N_ELEMENTS(points); i++) {
		const struct perf_format *format =
			perf_formats__used(engine->formats, points[i].want.use);
		struct perf_event_attr attr;

		if (!format || !((const struct use *)points[i].want.use)->stack)
			continue;
		attr = attr_of(format);
		engine_perf__ask_for_stacks(&attr, stacks);
		attr.sample_period = stacks->draw.period;
		g_array_append_val(attrs, attr);
	}
	config.attrs = (struct perf_event_attr *)(void *)attrs->data;
	config.count = attrs->len;
	status = perf_feed__open(&stacks->feed, &config, engine->merge);
	g_array_free(attrs, TRUE);
	return status;
}

const struct perf_tier perf_tier_tracepoints = {
	.backend = "perf-tracepoints",
	.open = open_tracepoints,
	.open_stacks = open_tracepoint_stacks,
	.probe_note = "perf events cannot hook functions: only BPF programs are used for that",
};
