// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The second tier: the kernel's own records of switches, which need no tracefs, and of one's own
 * processes no privilege. They tell who came and left and whether it was preempted, and no more.
 */
#include "collector/engine_perf.h"

#include "collector/perf_records.h"
#include "collector/privileges.h"
#include "collector/sysctl.h"

#include <errno.h>
#include <glib.h>
#include <linux/capability.h>

#define RING_BYTES (256U << 10) /* a CPU: what the kernel grants everybody */
#define STACK_RING_BYTES (1U << 20)

static void on_switch(struct engine_perf *engine, const struct perf_event_header *record,
		      const struct perf_sample *sample)
{
	struct perf_moment at = {.cpu = sample->cpu, .time_ns = sample->time_ns};
	uint32_t tid = (uint32_t)sample->tid;

	if (record->misc & PERF_RECORD_MISC_SWITCH_OUT) {
		engine->events++;
		perf_ledger__leave(engine->ledger, &at, tid,
				   record->misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT
					   ? WF_PREEMPTED
					   : WF_INTERRUPTIBLE);
	} else {
		perf_ledger__arrive(engine->ledger, &at, tid);
	}
}

static void on_record(void *ctx, const struct perf_event_header *record,
		      const struct perf_sample *sample)
{
	struct engine_perf *engine = ctx;

	if (record->type == PERF_RECORD_SWITCH || record->type == PERF_RECORD_SWITCH_CPU_WIDE) {
		on_switch(engine, record, sample);
	} else {
		perf_records__tell(engine->ledger, record, sample);
		perf_records__tell_name(engine->ledger, record, sample);
		perf_records__tell_end(engine->ledger, record, sample);
	}
}

static void on_stack_record(void *ctx, const struct perf_event_header *record,
			    const struct perf_sample *sample)
{
	struct perf_stacks *stacks = ctx;

	if (record->type == PERF_RECORD_SAMPLE)
		perf_ledger__stack(stacks->engine->ledger, sample, (uint32_t)sample->tid,
				   &stacks->draw);
	else
		stacks->lost += perf_records__lost(record);
}

static struct perf_scope scope_of(const struct engine_perf *engine)
{
	if (!engine->gaps.others)
		return (struct perf_scope){0};
	return (struct perf_scope){.pids = engine->pids, .count = engine->pid_count};
}

static int open_switches(struct engine_perf *engine)
{
	struct perf_event_attr attr = perf_feed__attr(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY);
	const struct perf_scope scope = scope_of(engine);
	struct perf_feed_config config = {
		.attrs = &attr,
		.count = 1,
		.scope = &scope,
		.bytes = RING_BYTES,
		.visit = on_record,
		.ctx = engine,
	};

	attr.context_switch = 1;
	attr.task = 1;
	attr.comm = 1;
	attr.comm_exec = 1;
	attr.exclude_kernel = engine->gaps.kernel;
	return perf_feed__open(&engine->switches, &config, engine->merge);
}

static char *explain(int error)
{
	long paranoid = sysctl__read("kernel/perf_event_paranoid", 2);

	if (error == -EMFILE)
		return g_strdup("perf events: too many open files: one is needed for each thread "
				"and CPU (ulimit -n)");
	if (error != -EACCES && error != -EPERM)
		return g_strdup_printf("perf events: %s", g_strerror(-error));
	if (privileges__has(CAP_PERFMON))
		return g_strdup("perf events: " PRIVILEGES_REFUSED_ALL_THE_SAME);
	/* Debian's kernels know a 3, Ubuntu's a 4. */
	if (paranoid > 2)
		return g_strdup_printf(
			"perf events are for administrators only here (sysctl "
			"kernel.perf_event_paranoid is %ld): an administrator can set "
			"it to 2, or give the program CAP_PERFMON with setcap(8)",
			paranoid);
	return g_strdup("perf events: the processes are not yours (or changed their user): run as "
			"their user, or as root, or give the program CAP_PERFMON with setcap(8)");
}

static int open_records(struct engine_perf *engine, char **error)
{
	/* From the most that may be allowed to the least: kernel/events/core.c,
	 * perf_event_paranoid. */
	static const struct engine_gaps scopes[] = {
		{.others = false, .kernel = false},
		{.others = true, .kernel = false},
		{.others = true, .kernel = true},
	};
	int status = -EACCES;

	for (size_t i = 0; i < G_N_ELEMENTS(scopes) && (status == -EACCES || status == -EPERM);
	     i++) {
		engine->gaps = scopes[i];
		status = open_switches(engine);
	}
	if (status) {
		*error = explain(status);
		return status;
	}
	engine->gaps.off_cpu_stacks = engine->gaps.kernel;
	engine->gaps.wakeups = true;
	engine->gaps.sleep_kinds = true;
	engine->gaps.io_waits = true;
	engine->gaps.locks = true;
	engine->gaps.syscalls = true;
	return 0;
}

/* The software event fires in the kernel, where a user who may not look there sees nothing. */
static int open_record_stacks(struct engine_perf *engine, struct perf_stacks *stacks)
{
	struct perf_event_attr attr =
		perf_feed__attr(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES);
	const struct perf_scope scope = scope_of(engine);
	struct perf_feed_config config = {
		.attrs = &attr,
		.count = 1,
		.scope = &scope,
		.bytes = STACK_RING_BYTES,
		.visit = on_stack_record,
		.ctx = stacks,
	};

	if (engine->gaps.off_cpu_stacks)
		return -EACCES;
	engine_perf__ask_for_stacks(&attr, stacks);
	attr.sample_period = stacks->draw.period;
	return perf_feed__open(&stacks->feed, &config, engine->merge);
}

const struct perf_tier perf_tier_switches = {
	.backend = "perf-switch-records",
	.open = open_records,
	.open_stacks = open_record_stacks,
	.probe_note = "the kernel's records of switches tell of no function and no system call",
};
