// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The hot functions of the JSON report: the same members whatever a kernel let be measured. */
#include "render/json_tables.h"
#include "render/json_values.h"

#include <math.h>

static struct json_object *lengths(const struct latency *latency)
{
	struct json_object *object = json_object_new_object();
	const struct {
		const char *name;
		double ns;
	} values[] = {
		{"p50_ns", latency->p50_ns}, {"p90_ns", latency->p90_ns},
		{"p99_ns", latency->p99_ns}, {"p999_ns", latency->p999_ns},
		{"max_ns", latency->max_ns},
	};

	json__integer(object, "timed", latency->timed);
	if (latency->timed)
		json__flag(object, "exact", latency->exact);
	else
		json__text(object, "exact", NULL);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		json__ns(object, values[i].name, latency->timed ? values[i].ns : NAN);
	return object;
}

static struct json_object *places(const struct function_row *row)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < row->place_count; i++) {
		struct json_object *object = json_object_new_object();

		json__text(object, "place", row->places[i].place);
		json__text(object, "backend", row->places[i].backend);
		json__text(object, "error", row->places[i].error);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *describe(const struct function_row *row)
{
	struct json_object *object = json_object_new_object();

	json__text(object, "name", row->name);
	json__text(object, "symbol", row->symbol);
	json__text(object, "lock", row->lock);
	json__text(object, "backend", row->backend);
	json__text(object, "note", row->note);
	json__known(object, "calls", row->calls);
	if (row->calls < 0)
		json__text(object, "calls_exact", NULL);
	else
		json__flag(object, "calls_exact", row->calls_exact);
	json__text(object, "counts", row->counts);
	json_object_object_add(object, "inside",
			       json__known_figure(&row->inside, row->latency.timed > 0));
	json_object_object_add(object, "latency", lengths(&row->latency));
	json_object_object_add(object, "places", places(row));
	json__figure(object, "blocked_", &row->blocked);
	json__ratio(object, "blocked_share", row->blocked_share);
	json__figure(object, "wall_", &row->wall);
	json__ratio(object, "wall_share", row->wall_share);
	return object;
}

struct json_object *json_table__functions(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < analysis->function_count; i++)
		json_object_array_add(array, describe(&analysis->functions[i]));
	return array;
}
