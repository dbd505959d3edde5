// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/json_values.h"

#include "render/escape.h"
#include "render/units.h"

#include <math.h>
#include <stdio.h>

void json__text(struct json_object *object, const char *name, const char *text)
{
	GString *clean;

	if (!text) {
		json_object_object_add(object, name, NULL);
		return;
	}
	clean = g_string_new(NULL);
	escape__text(clean, text);
	json_object_object_add(object, name,
			       json_object_new_string_len(clean->str, (int)clean->len));
	g_string_free(clean, TRUE);
}

void json__integer(struct json_object *object, const char *name, int64_t value)
{
	json_object_object_add(object, name, json_object_new_int64(value));
}

void json__known(struct json_object *object, const char *name, int64_t value)
{
	json_object_object_add(object, name, value < 0 ? NULL : json_object_new_int64(value));
}

void json__ns(struct json_object *object, const char *name, double ns)
{
	json_object_object_add(object, name,
			       isnan(ns) ? NULL : json_object_new_int64(units__round(ns)));
}

void json__ratio(struct json_object *object, const char *name, double ratio)
{
	char digits[32];

	/* JSON knows no infinity. Nine digits are more than any of these are good for. */
	(void)snprintf(digits, sizeof(digits), "%.9g", ratio);
	json_object_object_add(object, name,
			       isfinite(ratio) ? json_object_new_double_s(ratio, digits) : NULL);
}

void json__flag(struct json_object *object, const char *name, bool value)
{
	json_object_object_add(object, name, json_object_new_boolean(value));
}

void json__figure(struct json_object *object, const char *prefix, const struct figure *figure)
{
	GString *name = g_string_new(prefix);
	const struct {
		const char *name;
		double ns;
	} values[] = {
		{"ns", figure->ns},
		{"low", figure->low},
		{"high", figure->high},
	};
	gsize length = name->len;

	for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
		g_string_truncate(name, length);
		g_string_append(name, values[i].name);
		json__ns(object, name->str, values[i].ns);
	}
	g_string_truncate(name, length);
	g_string_append(name, "evidence");
	json__text(object, name->str, basis__name(figure->basis));
	g_string_free(name, TRUE);
}

struct json_object *json__known_figure(const struct figure *figure, bool known)
{
	struct json_object *object = json_object_new_object();

	json__ns(object, "ns", known ? figure->ns : NAN);
	json__ns(object, "low", known ? figure->low : NAN);
	json__ns(object, "high", known ? figure->high : NAN);
	json__text(object, "basis", known ? basis__name(figure->basis) : NULL);
	return object;
}

struct json_object *json__states(const struct state_sums *sums)
{
	struct json_object *states = json_object_new_object();

	for (int state = 0; state < STATE_COUNT; state++)
		json__ns(states, state__name((enum store_state)state), sums->ns[state]);
	return states;
}

struct json_object *json__state_counts(const struct state_sums *sums)
{
	struct json_object *states = json_object_new_object();

	for (int state = 0; state < STATE_COUNT; state++)
		json__integer(states, state__name((enum store_state)state), sums->count[state]);
	return states;
}
