// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How often system calls were made. */
#include "render/json_tables.h"
#include "render/json_values.h"

#include <math.h>

static struct json_object *measure(const struct measure *measure)
{
	struct json_object *object = json_object_new_object();

	if (isnan(measure->value)) {
		json_object_put(object);
		return NULL;
	}
	json__ratio(object, "value", measure->value);
	json__ratio(object, "low", measure->low);
	json__ratio(object, "high", measure->high);
	json__text(object, "evidence", basis__name(BASIS_SAMPLED));
	return object;
}

static struct json_object *row_object(const struct analysis *analysis, const struct call_row *row)
{
	struct json_object *object = json_object_new_object();

	json__known(object, "pid",
		    row->process == CALLS_OF_ALL ? -1 : analysis->processes[row->process].pid);
	json__integer(object, "nr", row->nr);
	json__text(object, "name", row->name);
	json__integer(object, "counted", row->counted);
	json__integer(object, "errors", row->errors);
	json__integer(object, "whole", row->whole);
	json_object_object_add(object, "per_second", measure(&row->per_second));
	json__flag(object, "by_kernel_count", row->by_kernel);
	json_object_object_add(object, "bytes", measure(&row->bytes));
	json_object_object_add(object, "whole_ns", measure(&row->whole_ns));
	json__ns(object, "blocked_ns", row->blocked_ns);
	return object;
}

struct json_object *json_table__calls(const struct analysis *analysis)
{
	const struct call_sampling *sampling = &analysis->call_sampling;
	struct json_object *object = json_object_new_object();
	struct json_object *rows = json_object_new_array();

	json__integer(object, "moments", sampling->moments);
	json__ns(object, "covered_ns", sampling->covered_ns);
	json__ratio(object, "share", sampling->share);
	json__ns(object, "added_ns", sampling->added_ns);
	json__text(object, "note", sampling->note);
	for (size_t i = 0; i < analysis->call_count; i++)
		json_object_array_add(rows, row_object(analysis, &analysis->calls[i]));
	json_object_object_add(object, "rows", rows);
	return object;
}
