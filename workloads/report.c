// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/report.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#define KEY_WIDTH 24
#define COLUMN_WIDTH 15

/* "open_ns", 1500000 becomes "open  1.500 ms"; what is not a duration stays as it is. */
static void print_value(const char *key, struct json_object *value)
{
	static const struct {
		int64_t ns;
		const char *name;
	} units[] = {{1000000000, "s"}, {1000000, "ms"}, {1000, "us"}};
	size_t length = strlen(key);
	char text[64];
	int64_t ns;

	snprintf(text, sizeof(text), "%s", json_object_get_string(value));
	if (length > 3 && !strcmp(key + length - 3, "_ns")) {
		length -= 3;
		ns = json_object_get_int64(value);
		snprintf(text, sizeof(text), "%lld ns", (long long)ns);
		for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
			if (ns >= units[i].ns) {
				snprintf(text, sizeof(text), "%.3f %s",
					 (double)ns / (double)units[i].ns, units[i].name);
				break;
			}
	}
	printf("%-*.*s%s\n", KEY_WIDTH, (int)length, key, text);
}

static void print_table(const char *key, struct json_object *rows)
{
	size_t count = json_object_array_length(rows);

	printf("\n%s\n", key);
	for (size_t i = 0; i < count; i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		if (!i) {
			json_object_object_foreach(row, name, first)
			{
				if (!json_object_is_type(first, json_type_object))
					printf("%*s", COLUMN_WIDTH, name);
			}
			putchar('\n');
		}
		json_object_object_foreach(row, name, value)
		{
			(void)name;
			if (!json_object_is_type(value, json_type_object))
				printf("%*s", COLUMN_WIDTH, json_object_get_string(value));
		}
		putchar('\n');
	}
}

static void print_object(const char *key, struct json_object *object)
{
	printf("\n%s\n", key);
	json_object_object_foreach(object, name, value)
		/* The histogram is for programs. */
		if (!json_object_is_type(value, json_type_array)) print_value(name, value);
}

void report__print(struct json_object *report)
{
	json_object_object_foreach(report, flat_key,
				   flat) if (!json_object_is_type(flat, json_type_array) &&
					     !json_object_is_type(flat, json_type_object))
		print_value(flat_key, flat);
	json_object_object_foreach(report, key, value)
	{
		if (json_object_is_type(value, json_type_array))
			print_table(key, value);
		else if (json_object_is_type(value, json_type_object))
			print_object(key, value);
	}
}
