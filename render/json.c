// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The JSON report: all of an analysis but its stacks, which the folded format has. */
#include "render/formats.h"
#include "render/json_tables.h"
#include "render/json_values.h"
#include "render/pace_lines.h"

#define REPORT_SCHEMA "wallflame-report-1"

struct json_object *json_table__capture(const struct analysis *analysis)
{
	const struct store_capture *capture = &analysis->capture;
	struct json_object *object = json_object_new_object();

	json__text(object, "target", capture->target);
	json__integer(object, "window_ns", analysis->window_ns);
	json__flag(object, "complete", capture->complete);
	json__text(object, "ended_by", capture->ended_by);
	json__text(object, "backend", capture->backend);
	json__text(object, "cpu_clock", capture->cpu_clock);
	json__integer(object, "cpu_clock_hz", capture->cpu_clock_hz);
	json__text(object, "lock_backend", capture->lock_backend);
	json__integer(object, "stack_period_ns", capture->stack_period_ns);
	json__text(object, "host", capture->host);
	json__text(object, "kernel", capture->kernel);
	json__text(object, "machine", capture->machine);
	json__integer(object, "cpus", capture->cpus);
	json__integer(object, "started_unix_ns", capture->started_unix_ns);
	json__integer(object, "slice_ns", capture->slice_ns);
	json__text(object, "tool_version", capture->tool_version);
	json__integer(object, "processes", (int64_t)analysis->process_count);
	json__integer(object, "threads", (int64_t)analysis->thread_count);
	return object;
}

static struct json_object *describe_ledger(const struct analysis *analysis)
{
	struct json_object *object = json_object_new_object();

	json__ns(object, "wall_ns", analysis->wall_ns);
	json__ns(object, "accounted_ns", analysis->accounted_ns);
	json__ratio(object, "error_ratio", analysis->error_ratio);
	json__ratio(object, "worst_thread_error_ratio", analysis->worst_thread_error_ratio);
	json__text(object, "evidence", pace__label(analysis, PACE_WAITS));
	json_object_object_add(object, "states", json__states(&analysis->states));
	json_object_object_add(object, "state_counts", json__state_counts(&analysis->states));
	return object;
}

static const struct {
	const char *name;
	struct json_object *(*make)(const struct analysis *analysis);
} members[] = {
	{"capture", json_table__capture},
	{"ledger", describe_ledger},
	{"headlines", json_table__headlines},
	{"causes", json_table__causes},
	{"functions", json_table__functions},
	{"locks", json_table__locks},
	{"calls", json_table__calls},
	{"syscalls", json_table__syscalls},
	{"spans", json_table__spans},
	{"slices", json_table__slices},
	{"processes", json_table__processes},
	{"threads", json_table__threads},
	{"oracles", json_table__oracles},
	{"user_stacks", json_table__user_stacks},
	{"loss", json_table__losses},
	{"cost", json_table__costs},
	{"thread_loss", json_table__thread_losses},
	{"pace", json_table__paces},
};

int json__write(FILE *out, const struct analysis *analysis)
{
	struct json_object *report = json_object_new_object();

	json__text(report, "schema", REPORT_SCHEMA);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		json_object_object_add(report, members[i].name, members[i].make(analysis));
	(void)fprintf(out, "%s\n",
		      json_object_to_json_string_ext(
			      report, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
					      JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(report);
	return 0;
}
