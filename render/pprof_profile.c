// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/pprof_private.h"

#include "render/escape.h"
#include "render/gzip.h"

#include <string.h>

void *pprof__keep(struct pprof *profile, gsize size)
{
	void *memory = g_malloc0(size);

	g_ptr_array_add(profile->memory, memory);
	return memory;
}

static void *keep_copy(struct pprof *profile, const void *from, gsize size)
{
	return size ? memcpy(pprof__keep(profile, size), from, size) : NULL;
}

int64_t pprof__text(struct pprof *profile, const char *text)
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
	pprof__text(profile, ""); /* has number 0 */
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
	Pprof__ValueType *value = pprof__keep(profile, sizeof(*value));

	pprof__value_type__init(value);
	value->type = pprof__text(profile, type);
	value->unit = pprof__text(profile, unit);
	return value;
}

void pprof__add_type(struct pprof *profile, const char *type, const char *unit)
{
	g_ptr_array_add(profile->types, value_type(profile, type, unit));
}

void pprof__set_default_type(struct pprof *profile, const char *type)
{
	profile->message.default_sample_type = pprof__text(profile, type);
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
	int64_t number = pprof__text(profile, text);

	g_array_append_val(profile->comments, number);
}

static void add_labels(struct pprof *profile, Pprof__Sample *message,
		       const struct pprof_sample *sample)
{
	message->n_label = sample->label_count;
	message->label = pprof__keep(profile, MAX(1, sample->label_count) * sizeof(Pprof__Label *));
	for (size_t i = 0; i < sample->label_count; i++) {
		Pprof__Label *label = pprof__keep(profile, sizeof(*label));

		pprof__label__init(label);
		label->key = pprof__text(profile, sample->labels[i].key);
		if (sample->labels[i].text)
			label->str = pprof__text(profile, sample->labels[i].text);
		else
			label->num = sample->labels[i].number;
		message->label[i] = label;
	}
}

void pprof__add_sample(struct pprof *profile, const struct pprof_sample *sample)
{
	Pprof__Sample *message = pprof__keep(profile, sizeof(*message));

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
	int64_t wanted = pprof__text(profile, path);

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
