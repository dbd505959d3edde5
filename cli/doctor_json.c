// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/doctor.h"

#include <errno.h>
#include <json-c/json.h>

static const char *const levels[FINDING_LEVELS] = {
	[FINDING_GOOD] = "good",
	[FINDING_LESS] = "less",
	[FINDING_BAD] = "bad",
};

/* Every key is always there; a text that is not is null. */
static void add_text(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, text ? json_object_new_string(text) : NULL);
}

static struct json_object *finding_of(const struct finding *finding)
{
	struct json_object *object = json_object_new_object();

	add_text(object, "topic", finding->topic);
	add_text(object, "found", finding->found);
	add_text(object, "level", levels[finding->level]);
	add_text(object, "advice", finding->advice);
	return object;
}

static struct json_object *places_of(const struct finding_point *point)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < point->place_count; i++) {
		struct json_object *object = json_object_new_object();

		add_text(object, "backend", point->places[i].backend);
		add_text(object, "place", point->places[i].place);
		add_text(object, "error", point->places[i].error);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *point_of(const struct finding_point *point)
{
	struct json_object *object = json_object_new_object();

	add_text(object, "name", point->name);
	add_text(object, "meaning", point->meaning);
	add_text(object, "backend", point->backend);
	add_text(object, "counts", point->counts);
	add_text(object, "note", point->note);
	json_object_object_add(object, "places", places_of(point));
	return object;
}

int doctor__json(FILE *out, const struct diagnosis *diagnosis)
{
	struct json_object *root = json_object_new_object();
	struct json_object *findings = json_object_new_array();
	struct json_object *points = json_object_new_array();

	for (size_t i = 0; i < diagnosis->finding_count; i++)
		json_object_array_add(findings, finding_of(&diagnosis->findings[i]));
	for (size_t i = 0; i < diagnosis->point_count; i++)
		json_object_array_add(points, point_of(&diagnosis->points[i]));
	json_object_object_add(root, "possible", json_object_new_boolean(diagnosis->possible));
	add_text(root, "refusal", diagnosis->refusal);
	add_text(root, "engine", diagnosis->engine);
	add_text(root, "lock_backend", diagnosis->locks);
	add_text(root, "cpu_clock", diagnosis->clock);
	json_object_object_add(root, "findings", findings);
	json_object_object_add(root, "probe_points", points);
	fprintf(out, "%s\n",
		json_object_to_json_string_ext(root, JSON_C_TO_STRING_PRETTY |
							     JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(root);
	return ferror(out) ? -EIO : 0;
}
