// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/parts.h"

#include <json-c/json.h>

void parts__report(struct workload_run *run, const struct team_totals *totals,
		   const struct part *parts, size_t count)
{
	struct json_object *table = json_object_new_array();
	int64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += totals->extra[parts[i].extra];
	for (size_t i = 0; i < count; i++) {
		int64_t ns = totals->extra[parts[i].extra];
		struct json_object *row = json_object_new_object();

		workload_run__add_int(run, parts[i].key, ns);
		json_object_object_add(row, "part", json_object_new_string(parts[i].name));
		json_object_object_add(row, "ns", json_object_new_int64(ns));
		json_object_object_add(row, "percent",
				       json_object_new_int64(sum ? (100 * ns + sum / 2) / sum : 0));
		json_object_array_add(table, row);
	}
	json_object_object_add(run->report, "parts", table);
}
