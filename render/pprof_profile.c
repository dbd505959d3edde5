// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/pprof_profile.h"

#include "render/escape.h"
#include "render/gzip.h"

#include <glib.h>
#include <string.h>

#include "pprof.pb-c.h"

struct pprof {
	Pprof__Profile message;
	GPtrArray *memory; /* all that the message leads to */
	GHashTable *texts; /* text -> its number */
	GPtrArray *table; /* texts by number */
	GHashTable *functions; /* name and file as one number -> id */
	GHashTable *mappings; /* text of path and build id -> Pprof__Mapping */
	GHashTable *places; /* key -> id */
	/* The lists of the message. */
	GPtrArray *types, *samples, *mapping_list, *place_list, *function_list;
	GArray *comments; /* int64_t */
};

static void *keep(struct pprof *profile, gsize size)
{
	void *memory = g_malloc0(size);

	g_ptr_array_add(profile->memory, memory);
	return memory;
}

static void *keep_copy(struct pprof *profile, const void *from, gsize size)
{
	return size ? memcpy(keep(profile, size), from, size) : NULL;
}

static int64_t text_of(struct pprof *profile, const char *text)
{
	GString *clean = g_string_new(NULL);
	gpointer number;

	escape__text(clean, text ? text : "");
	if (!g_hash_table_lookup_extended(profile->texts, clean->str, NULL, &number)) {
		char *kept = g_strdup(clean->str);

		number = GUINT_TO_POINTER(profile->table->len);
		g_ptr_array_add(profile->table, kept);
		g_hash_table_insert(profile->texts, kept, number);
	}
	g_string_free(clean, TRUE);
	return GPOINTER_TO_UINT(number);
}

struct pprof *pprof__new(void)
{
	struct pprof *profile = g_new0(struct pprof, 1);

	pprof__profile__init(&profile->message);
	profile->memory = g_ptr_array_new_with_free_func(g_free);
	profile->texts = g_hash_table_new(g_str_hash, g_str_equal);
	profile->table = g_ptr_array_new_with_free_func(g_free);
	profile->functions = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	profile->mappings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	profile->places = g_hash_table_new(g_direct_hash, g_direct_equal);
	profile->types = g_ptr_array_new();
	profile->samples = g_ptr_array_new();
	profile->mapping_list = g_ptr_array_new();
	profile->place_list = g_ptr_array_new();
	profile->function_list = g_ptr_array_new();
	profile->comments = g_array_new(FALSE, FALSE, sizeof(int64_t));
	text_of(profile, ""); /* has number 0 */
	return profile;
}

void pprof__free(struct pprof *profile)
{
	g_hash_table_destroy(profile->texts);
	g_hash_table_destroy(profile->functions);
	g_hash_table_destroy(profile->mappings);
	g_hash_table_destroy(profile->places);
	g_ptr_array_free(profile->table, TRUE);
	g_ptr_array_free(profile->types, TRUE);
	g_ptr_array_free(profile->samples, TRUE);
	g_ptr_array_free(profile->mapping_list, TRUE);
	g_ptr_array_free(profile->place_list, TRUE);
	g_ptr_array_free(profile->function_list, TRUE);
	g_array_free(profile->comments, TRUE);
	g_ptr_array_free(profile->memory, TRUE);
	g_free(profile);
}

static Pprof__ValueType *value_type(struct pprof *profile, const char *type, const char *unit)
{
	Pprof__ValueType *value = keep(profile, sizeof(*value));

	pprof__value_type__init(value);
	value->type = text_of(profile, type);
	value->unit = text_of(profile, unit);
	return value;
}

void pprof__add_type(struct pprof *profile, const char *type, const char *unit)
{
	g_ptr_array_add(profile->types, value_type(profile, type, unit));
}

void pprof__set_default_type(struct pprof *profile, const char *type)
{
	profile->message.default_sample_type = text_of(profile, type);
}

void pprof__set_period(struct pprof *profile, const char *type, const char *unit, int64_t period)
{
	profile->message.period_type = value_type(profile, type, unit);
	profile->message.period = period;
}

void pprof__set_time(struct pprof *profile, int64_t start, int64_t duration)
{
	profile->message.time_nanos = start;
	profile->message.duration_nanos = duration;
}

void pprof__add_comment(struct pprof *profile, const char *text)
{
	int64_t number = text_of(profile, text);

	g_array_append_val(profile->comments, number);
}

static uint64_t function_of(struct pprof *profile, const struct pprof_line *line)
{
	int64_t name = text_of(profile, line->name);
	int64_t file = text_of(profile, line->file);
	int64_t key = name << 32 | file;
	gpointer id = g_hash_table_lookup(profile->functions, &key);
	Pprof__Function *function;

	if (id)
		return GPOINTER_TO_UINT(id);
	function = keep(profile, sizeof(*function));
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
		mapping = keep(profile, sizeof(*mapping));
		pprof__mapping__init(mapping);
		g_ptr_array_add(profile->mapping_list, mapping);
		mapping->id = profile->mapping_list->len;
		mapping->filename = text_of(profile, module->path);
		mapping->build_id = text_of(profile, module->build_id);
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
	location->line = keep(profile, count * sizeof(Pprof__Line *));
	location->n_line = count;
	for (size_t i = 0; i < count; i++) {
		Pprof__Line *line = keep(profile, sizeof(*line));

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
	location = keep(profile, sizeof(*location));
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

static void add_labels(struct pprof *profile, Pprof__Sample *message,
		       const struct pprof_sample *sample)
{
	message->n_label = sample->label_count;
	message->label = keep(profile, MAX(1, sample->label_count) * sizeof(Pprof__Label *));
	for (size_t i = 0; i < sample->label_count; i++) {
		Pprof__Label *label = keep(profile, sizeof(*label));

		pprof__label__init(label);
		label->key = text_of(profile, sample->labels[i].key);
		if (sample->labels[i].text)
			label->str = text_of(profile, sample->labels[i].text);
		else
			label->num = sample->labels[i].number;
		message->label[i] = label;
	}
}

void pprof__add_sample(struct pprof *profile, const struct pprof_sample *sample)
{
	Pprof__Sample *message = keep(profile, sizeof(*message));

	pprof__sample__init(message);
	message->n_location_id = sample->place_count;
	message->location_id =
		keep_copy(profile, sample->places, sample->place_count * sizeof(*sample->places));
	message->n_value = profile->types->len;
	message->value =
		keep_copy(profile, sample->values, profile->types->len * sizeof(*sample->values));
	add_labels(profile, message, sample);
	g_ptr_array_add(profile->samples, message);
}

void pprof__set_main(struct pprof *profile, const char *path)
{
	int64_t wanted = text_of(profile, path);

	for (guint i = 0; i < profile->mapping_list->len; i++) {
		Pprof__Mapping *mapping = profile->mapping_list->pdata[i];

		if (mapping->filename != wanted)
			continue;
		profile->mapping_list->pdata[i] = profile->mapping_list->pdata[0];
		profile->mapping_list->pdata[0] = mapping;
	}
}

static void complete(struct pprof *profile)
{
	Pprof__Profile *message = &profile->message;

	message->n_sample_type = profile->types->len;
	message->sample_type = (void *)profile->types->pdata;
	message->n_sample = profile->samples->len;
	message->sample = (void *)profile->samples->pdata;
	message->n_mapping = profile->mapping_list->len;
	message->mapping = (void *)profile->mapping_list->pdata;
	message->n_location = profile->place_list->len;
	message->location = (void *)profile->place_list->pdata;
	message->n_function = profile->function_list->len;
	message->function = (void *)profile->function_list->pdata;
	message->n_string_table = profile->table->len;
	message->string_table = (char **)profile->table->pdata;
	message->n_comment = profile->comments->len;
	message->comment = (int64_t *)(void *)profile->comments->data;
}

void pprof__write(struct pprof *profile, FILE *out)
{
	size_t size;
	uint8_t *bytes;

	complete(profile);
	size = pprof__profile__get_packed_size(&profile->message);
	bytes = g_malloc(MAX(1, size));
	pprof__profile__pack(&profile->message, bytes);
	gzip__write(out, bytes, size);
	g_free(bytes);
}
