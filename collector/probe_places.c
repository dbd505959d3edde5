// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/probe_places.h"

#include "collector/lock_paths.h"
#include "collector/probe_points.h"

#include <errno.h>
#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct probe_places {
	GHashTable *by_function; /* name -> GArray of struct probe_place */
	GStringChunk *symbols;
};

static void free_array(gpointer array)
{
	g_array_free(array, TRUE);
}

static void want(struct probe_places *places, const char *function)
{
	g_hash_table_insert(places->by_function, (gpointer)function,
			    g_array_new(FALSE, FALSE, sizeof(struct probe_place)));
}

static void want_point(struct probe_places *places, const struct probe_point *point)
{
	for (const struct probe_function *function = point->functions; *function->names; function++)
		for (size_t i = 0; i < PROBE_FUNCTION_NAMES && function->names[i]; i++)
			want(places, function->names[i]);
}

static struct probe_places *places__new(void)
{
	struct probe_places *places = g_new0(struct probe_places, 1);
	size_t count;
	const struct lock_path *paths = lock_paths__all(&count);

	places->symbols = g_string_chunk_new(1024);
	places->by_function = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_array);
	for (int probe = 0; probe < WF_PROBES; probe++)
		want_point(places, probe_points__get(probe));
	for (size_t i = 0; i < count; i++)
		want(places, paths[i].function);
	return places;
}

void probe_places__free(struct probe_places *places)
{
	if (!places)
		return;
	g_hash_table_destroy(places->by_function);
	g_string_chunk_free(places->symbols);
	g_free(places);
}

/* The cold half of a function is a part of it that was moved away, not a function to be called. */
static bool is_part(const char *suffix)
{
	return strstr(suffix, ".cold") != NULL;
}

static bool has_symbol(const GArray *found, const char *symbol)
{
	for (guint i = 0; i < found->len; i++)
		if (!strcmp(g_array_index(found, struct probe_place, i).symbol, symbol))
			return true;
	return false;
}

/* A line is "address type name", and "[module]" after a tab. */
static void take_line(struct probe_places *places, char *line)
{
	struct probe_place place = {0};
	char *at = line, *symbol, *dot;
	gpointer function, found;

	place.address = strtoull(at, &at, 16);
	if (*at != ' ' || !strchr("tTwW", at[1]) || at[2] != ' ' || strchr(at, '['))
		return;
	symbol = g_strchomp(at + 3);
	dot = strchr(symbol, '.');
	if (dot && is_part(dot))
		return;
	if (dot)
		*dot = '\0';
	if (!g_hash_table_lookup_extended(places->by_function, symbol, &function, &found))
		return;
	if (dot)
		*dot = '.';
	place.function = function;
	place.symbol = g_string_chunk_insert_const(places->symbols, symbol);
	/* Of several of one name the kernel decides which is meant, or refuses. */
	if (!has_symbol(found, place.symbol))
		g_array_append_val((GArray *)found, place);
}

struct probe_places *probe_places__read(FILE *file)
{
	struct probe_places *places = places__new();
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, file) > 0)
		take_line(places, line);
	free(line);
	return places;
}

int probe_places__load(struct probe_places **out)
{
	FILE *file = fopen("/proc/kallsyms", "re");

	if (!file)
		return -errno;
	*out = probe_places__read(file);
	fclose(file);
	return 0;
}

const struct probe_place *probe_places__get(const struct probe_places *places, const char *function,
					    size_t i)
{
	const GArray *found = g_hash_table_lookup(places->by_function, function);

	return found && i < found->len ? &g_array_index(found, struct probe_place, i) : NULL;
}

const char *probe_places__name_of(const struct probe_places *places,
				  const struct probe_function *function)
{
	for (size_t i = 0; i < PROBE_FUNCTION_NAMES && function->names[i]; i++)
		if (probe_places__get(places, function->names[i], 0))
			return function->names[i];
	return NULL;
}
