// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <json-c/json.h>

#include "workloads/clock.h"
#include "workloads/interrupt.h"
#include "workloads/tally.h"
#include "workloads/workload.h"

struct team_plan workload_run__plan(const struct workload_run *run,
				    int (*work)(struct team_worker *worker), void *shared)
{
	return (struct team_plan){
		.name = run->workload->name,
		.threads = (int)run->options.threads,
		.work = work,
		.shared = shared,
		.deadline_ns = clock__now() + run->options.run_ns,
		.operations = run->options.operations,
		.interrupt_fd = run->interrupt_fd,
		.tally = run->tally,
	};
}

void workload_run__report(struct workload_run *run, const struct team_totals *totals)
{
	workload_run__add_int(run, "threads", run->options.threads);
	workload_run__add_double(run, "seconds", (double)totals->elapsed_ns / NS_PER_S);
	workload_run__add_int(run, "operations", totals->operations);
	workload_run__add_int(run, "operation_ns", totals->operation_ns);
	json_object_object_add(run->report, "interrupted",
			       json_object_new_boolean(interrupt__pending(run->interrupt_fd)));
	tally__report(run->tally, run->report);
}

void workload_run__add_int(struct workload_run *run, const char *key, int64_t value)
{
	json_object_object_add(run->report, key, json_object_new_int64(value));
}

void workload_run__add_text(struct workload_run *run, const char *key, const char *value)
{
	json_object_object_add(run->report, key, json_object_new_string(value));
}

void workload_run__add_double(struct workload_run *run, const char *key, double value)
{
	struct json_object *number = json_object_new_double(value);

	/* The serializer's format is not changed by it, whatever its type says. */
	json_object_set_serializer(number, json_object_double_to_json_string, (void *)"%.9f", NULL);
	json_object_object_add(run->report, key, number);
}
