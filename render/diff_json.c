// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The comparison for programs: docs/diff.md explains its members. */
#include "render/formats.h"
#include "render/json_tables.h"
#include "render/json_values.h"

#define DIFF_SCHEMA "wallflame-diff-1"

static const char *const divisors[] = {
	[PER_WALL_SECOND] = "wall",
	[PER_THREAD_SECOND] = "thread",
	[PER_WORK] = "work",
};

static const char *const kinds[] = {
	[FRAME_USER] = "user",
	[FRAME_KERNEL] = "kernel",
	[FRAME_NOTE] = "note",
};

static const struct {
	const char *name;
	enum compared table;
} tables[] = {
	{"totals", COMPARED_TOTALS}, {"causes", COMPARED_CAUSES}, {"functions", COMPARED_FUNCTIONS},
	{"locks", COMPARED_LOCKS},   {"stacks", COMPARED_STACKS},
};

static struct json_object *describe_unit(const struct comparison_unit *unit)
{
	struct json_object *object = json_object_new_object();

	json__text(object, "divisor", divisors[unit->divisor]);
	json__text(object, "name", unit->name);
	for (int side = 0; side < SIDES; side++) {
		struct json_object *amount = json_object_new_object();

		json__ratio(amount, "amount", unit->amount[side]);
		json__text(amount, "quality", unit->quality[side]);
		json__ratio(amount, "a_second", unit->a_second[side]);
		json_object_object_add(object, side__name(side), amount);
	}
	return object;
}

static struct json_object *describe_rules(const struct comparison *comparison)
{
	struct json_object *object = json_object_new_object();

	json__ratio(object, "level", COMPARED_LEVEL);
	json__text(object, "correction", "holm");
	json__integer(object, "tested", (int64_t)comparison->tested);
	json__integer(object, "least_slices", COMPARED_SLICES);
	json__integer(object, "least_filled_slices", COMPARED_FILLED);
	json__integer(object, "least_draws", COMPARED_DRAWS);
	json__ratio(object, "least_share", COMPARED_SHARE);
	json__ratio(object, "least_stack_share", COMPARED_STACK_SHARE);
	json__ratio(object, "margin", COMPARED_MARGIN);
	json__ratio(object, "own_margin", COMPARED_OWN_MARGIN);
	return object;
}

static struct json_object *describe_warnings(const struct comparison *comparison)
{
	struct json_object *array = json_object_new_array();

	for (char *const *warning = comparison->warnings; *warning; warning++) {
		struct json_object *holder = json_object_new_object();

		/* Names of hosts and kernels are in them: json__text makes them valid. */
		json__text(holder, "text", *warning);
		json_object_array_add(array,
				      json_object_get(json_object_object_get(holder, "text")));
		json_object_put(holder);
	}
	return array;
}

static struct json_object *describe_side(const struct change_side *side)
{
	struct json_object *object = json_object_new_object();

	json__ratio(object, "value", side->value);
	json__ns(object, "ns", side->ns);
	json__text(object, "evidence", basis__name(side->basis));
	json__known(object, "count", side->count);
	if (side->count >= 0)
		json__flag(object, "count_exact", side->count_exact);
	else
		json__text(object, "count_exact", NULL);
	return object;
}

static struct json_object *describe_frames(const struct change_row *row)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < row->frame_count; i++) {
		struct json_object *object = json_object_new_object();

		json__text(object, "name", row->frames[i]->name);
		json__text(object, "module", row->frames[i]->module);
		json__text(object, "kind", kinds[row->frames[i]->kind]);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *describe_row(const struct change_row *row, enum compared table)
{
	struct json_object *object = json_object_new_object();

	if (table == COMPARED_STACKS) {
		json_object_object_add(object, "frames", describe_frames(row));
	} else {
		json__text(object, "name", row->name);
		json__flag(object, "idle", row->idle);
	}
	json__text(object, "where", row->where);
	for (int side = 0; side < SIDES; side++)
		json_object_object_add(object, side__name(side), describe_side(&row->side[side]));
	json__ratio(object, "change", row->change);
	json__ratio(object, "low", row->low);
	json__ratio(object, "high", row->high);
	json__ratio(object, "p", row->p);
	json__ratio(object, "adjusted_p", row->adjusted_p);
	json__text(object, "verdict", verdict__name(row->verdict));
	json__text(object, "why", row->why);
	return object;
}

static struct json_object *describe_left_out(const struct change_table *table)
{
	struct json_object *object = json_object_new_object();

	json__integer(object, "stacks", (int64_t)table->left_out);
	json__ns(object, "before_ns", table->left_out_ns[SIDE_BEFORE]);
	json__ns(object, "after_ns", table->left_out_ns[SIDE_AFTER]);
	return object;
}

int diff_json__write(FILE *out, const struct comparison *comparison, const struct diff_wish *wish,
		     char **error)
{
	struct json_object *diff = json_object_new_object();

	(void)wish;
	(void)error;
	json__text(diff, "schema", DIFF_SCHEMA);
	json_object_object_add(diff, "unit", describe_unit(&comparison->unit));
	json_object_object_add(diff, "warnings", describe_warnings(comparison));
	json_object_object_add(diff, "rules", describe_rules(comparison));
	for (int side = 0; side < SIDES; side++)
		json_object_object_add(diff, side__name(side),
				       json_table__capture(comparison->analyses[side]));
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		const struct change_table *table = &comparison->tables[tables[i].table];
		struct json_object *array = json_object_new_array();

		for (size_t row = 0; row < table->count; row++)
			json_object_array_add(array,
					      describe_row(&table->rows[row], tables[i].table));
		json_object_object_add(diff, tables[i].name, array);
	}
	json_object_object_add(diff, "stacks_left_out",
			       describe_left_out(&comparison->tables[COMPARED_STACKS]));
	(void)fprintf(out, "%s\n",
		      json_object_to_json_string_ext(diff, JSON_C_TO_STRING_PRETTY |
								   JSON_C_TO_STRING_SPACED |
								   JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(diff);
	return 0;
}
