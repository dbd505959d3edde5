// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Functions, mappings and places of a profile. */
#include "render/pprof_private.h"

#include <stdbool.h>

static uint64_t function_of(struct pprof *profile, const struct pprof_line *line)
{
	int64_t name = pprof__text(profile, line->name);
	int64_t file = pprof__text(profile, line->file);
	int64_t key = name << 32 | file;
	gpointer id = g_hash_table_lookup(profile->functions, &key);
	Pprof__Function *function;

	if (id)
		return GPOINTER_TO_UINT(id);
	function = pprof__keep(profile, sizeof(*function));
	pprof__function__init(function);
	g_ptr_array_add(profile->function_list, function);
	function->id = profile->function_list->len;
	/* The linker's name for it is not known; if it were told to be the same, pprof would cut
	 * the arguments off. */
	function->name = name;
	function->filename = file;
	g_hash_table_insert(profile->functions, g_memdup2(&key, sizeof(key)),
			    GUINT_TO_POINTER(profile->function_list->len));
	return function->id;
}

static Pprof__Mapping *mapping_of(struct pprof *profile, const struct pprof_module *module)
{
	char *key =
		g_strdup_printf("%s\n%s", module->build_id ? module->build_id : "", module->path);
	Pprof__Mapping *mapping = g_hash_table_lookup(profile->mappings, key);

	if (mapping) {
		g_free(key);
	} else {
		mapping = pprof__keep(profile, sizeof(*mapping));
		pprof__mapping__init(mapping);
		g_ptr_array_add(profile->mapping_list, mapping);
		mapping->id = profile->mapping_list->len;
		mapping->filename = pprof__text(profile, module->path);
		mapping->build_id = pprof__text(profile, module->build_id);
		mapping->has_functions = true;
		g_hash_table_insert(profile->mappings, key, mapping);
	}
	/* The file's offsets stand for addresses: it was mapped elsewhere in each process. */
	if (module->address && module->address != UINT64_MAX)
		mapping->memory_limit = MAX(mapping->memory_limit, module->address + 1);
	return mapping;
}

static void add_lines(struct pprof *profile, Pprof__Location *location, Pprof__Mapping *mapping,
		      const struct pprof_line *lines, size_t count)
{
	location->line = pprof__keep(profile, count * sizeof(Pprof__Line *));
	location->n_line = count;
	for (size_t i = 0; i < count; i++) {
		Pprof__Line *line = pprof__keep(profile, sizeof(*line));

		pprof__line__init(line);
		line->function_id = function_of(profile, &lines[i]);
		line->line = lines[i].line;
		location->line[i] = line;
		if (!mapping)
			continue;
		mapping->has_filenames |= lines[i].file != NULL;
		mapping->has_line_numbers |= lines[i].line != 0;
		mapping->has_inline_frames |= i > 0;
	}
}

uint64_t pprof__place(struct pprof *profile, const void *key, const struct pprof_module *module,
		      const struct pprof_line *lines, size_t count)
{
	gpointer id = g_hash_table_lookup(profile->places, key);
	Pprof__Mapping *mapping = module->path && !id ? mapping_of(profile, module) : NULL;
	Pprof__Location *location;

	if (id)
		return GPOINTER_TO_UINT(id);
	location = pprof__keep(profile, sizeof(*location));
	pprof__location__init(location);
	g_ptr_array_add(profile->place_list, location);
	location->id = profile->place_list->len;
	location->mapping_id = mapping ? mapping->id : 0;
	location->address = module->address;
	add_lines(profile, location, mapping, lines, count);
	g_hash_table_insert(profile->places, (gpointer)key,
			    GUINT_TO_POINTER(profile->place_list->len));
	return location->id;
}
