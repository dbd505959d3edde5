// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/perfetto_intern.h"

#include "render/escape.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

enum { LIST_FUNCTIONS, LIST_BUILD_IDS, LIST_PATHS, LIST_FILES, STRING_LISTS };

struct perfetto_intern {
	GHashTable *strings[STRING_LISTS]; /* text -> iid */
	GHashTable *mappings; /* "build id\npath" -> iid */
	GHashTable *frames; /* key -> iid */
	GHashTable *callstacks; /* GBytes of the frames' iids -> iid */
	/* Not sent yet. */
	GPtrArray *memory;
	GPtrArray *new_strings[STRING_LISTS];
	GPtrArray *new_mappings, *new_frames, *new_callstacks;
	Perfetto__InternedData data;
};

struct perfetto_intern *perfetto_intern__new(void)
{
	struct perfetto_intern *intern = g_new0(struct perfetto_intern, 1);

	for (size_t i = 0; i < STRING_LISTS; i++) {
		intern->strings[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		intern->new_strings[i] = g_ptr_array_new();
	}
	intern->mappings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	intern->frames = g_hash_table_new(g_direct_hash, g_direct_equal);
	intern->callstacks = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
						   (GDestroyNotify)g_bytes_unref, NULL);
	intern->memory = g_ptr_array_new_with_free_func(g_free);
	intern->new_mappings = g_ptr_array_new();
	intern->new_frames = g_ptr_array_new();
	intern->new_callstacks = g_ptr_array_new();
	return intern;
}

void perfetto_intern__free(struct perfetto_intern *intern)
{
	for (size_t i = 0; i < STRING_LISTS; i++) {
		g_hash_table_destroy(intern->strings[i]);
		g_ptr_array_free(intern->new_strings[i], TRUE);
	}
	g_hash_table_destroy(intern->mappings);
	g_hash_table_destroy(intern->frames);
	g_hash_table_destroy(intern->callstacks);
	g_ptr_array_free(intern->memory, TRUE);
	g_ptr_array_free(intern->new_mappings, TRUE);
	g_ptr_array_free(intern->new_frames, TRUE);
	g_ptr_array_free(intern->new_callstacks, TRUE);
	g_free(intern);
}

char *perfetto_intern__clean(const char *text)
{
	GString *clean = g_string_new(NULL);

	escape__text(clean, text);
	return g_string_free(clean, FALSE);
}

static void *keep(struct perfetto_intern *intern, gsize size)
{
	void *memory = g_malloc0(size);

	g_ptr_array_add(intern->memory, memory);
	return memory;
}

/* iids begin at 1: the table's size is the one of what was put in last. */
static uint64_t put(GHashTable *table, gpointer key)
{
	guint iid = g_hash_table_size(table) + 1;

	g_hash_table_insert(table, key, GUINT_TO_POINTER(iid));
	return iid;
}

static uint64_t string_of(struct perfetto_intern *intern, int list, const void *bytes, size_t size,
			  char *key)
{
	gpointer known = g_hash_table_lookup(intern->strings[list], key);
	Perfetto__InternedString *string;

	if (known) {
		g_free(key);
		return GPOINTER_TO_UINT(known);
	}
	string = keep(intern, sizeof(*string));
	perfetto__interned_string__init(string);
	string->has_iid = string->has_str = true;
	string->str.len = size;
	string->str.data = memcpy(keep(intern, size + 1), bytes, size);
	string->iid = put(intern->strings[list], key);
	g_ptr_array_add(intern->new_strings[list], string);
	return string->iid;
}

static uint64_t text_of(struct perfetto_intern *intern, int list, const char *text)
{
	char *clean = perfetto_intern__clean(text);

	return string_of(intern, list, clean, strlen(clean), clean);
}

/* Build ids are written as the bytes they are. */
static uint64_t build_id_of(struct perfetto_intern *intern, const char *hex)
{
	GByteArray *bytes = g_byte_array_new();
	uint64_t iid;

	for (; g_ascii_isxdigit(hex[0]) && g_ascii_isxdigit(hex[1]); hex += 2) {
		guint8 byte =
			(guint8)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));

		g_byte_array_append(bytes, &byte, 1);
	}
	iid = string_of(intern, LIST_BUILD_IDS, bytes->data ? bytes->data : (guint8 *)"",
			bytes->len, g_strdup(hex - (gsize)2 * bytes->len));
	g_byte_array_free(bytes, TRUE);
	return iid;
}

static uint64_t mapping_of(struct perfetto_intern *intern, const struct perfetto_frame *frame)
{
	char *key =
		g_strdup_printf("%s\n%s", frame->build_id ? frame->build_id : "", frame->module);
	gpointer known = g_hash_table_lookup(intern->mappings, key);
	Perfetto__Mapping *mapping;

	if (known) {
		g_free(key);
		return GPOINTER_TO_UINT(known);
	}
	mapping = keep(intern, sizeof(*mapping));
	perfetto__mapping__init(mapping);
	mapping->has_iid = true;
	mapping->iid = put(intern->mappings, key);
	mapping->has_build_id = frame->build_id != NULL;
	if (frame->build_id)
		mapping->build_id = build_id_of(intern, frame->build_id);
	mapping->n_path_string_ids = 1;
	mapping->path_string_ids = keep(intern, sizeof(*mapping->path_string_ids));
	mapping->path_string_ids[0] = text_of(intern, LIST_PATHS, frame->module);
	g_ptr_array_add(intern->new_mappings, mapping);
	return mapping->iid;
}

uint64_t perfetto_intern__frame(struct perfetto_intern *intern, const void *key,
				const struct perfetto_frame *from)
{
	gpointer known = g_hash_table_lookup(intern->frames, key);
	Perfetto__Frame *frame;

	if (known)
		return GPOINTER_TO_UINT(known);
	frame = keep(intern, sizeof(*frame));
	perfetto__frame__init(frame);
	frame->has_iid = frame->has_function_name_id = true;
	frame->has_mapping_id = frame->has_rel_pc = true;
	frame->iid = put(intern->frames, (gpointer)key);
	frame->function_name_id = text_of(intern, LIST_FUNCTIONS, from->name);
	frame->mapping_id = mapping_of(intern, from);
	frame->rel_pc = from->address;
	frame->has_source_path_iid = from->file != NULL;
	if (from->file)
		frame->source_path_iid = text_of(intern, LIST_FILES, from->file);
	frame->has_line_number = from->line != 0;
	frame->line_number = from->line;
	g_ptr_array_add(intern->new_frames, frame);
	return frame->iid;
}

uint64_t perfetto_intern__callstack(struct perfetto_intern *intern, const uint64_t *frames,
				    size_t count)
{
	GBytes *key = g_bytes_new(frames, count * sizeof(*frames));
	gpointer known = g_hash_table_lookup(intern->callstacks, key);
	Perfetto__Callstack *callstack;

	if (known) {
		g_bytes_unref(key);
		return GPOINTER_TO_UINT(known);
	}
	callstack = keep(intern, sizeof(*callstack));
	perfetto__callstack__init(callstack);
	callstack->has_iid = true;
	callstack->iid = put(intern->callstacks, key);
	callstack->n_frame_ids = count;
	/* The key has them, and lives as long as the table. */
	callstack->frame_ids = (uint64_t *)g_bytes_get_data(key, NULL);
	g_ptr_array_add(intern->new_callstacks, callstack);
	return callstack->iid;
}

Perfetto__InternedData *perfetto_intern__pending(struct perfetto_intern *intern)
{
	Perfetto__InternedData *data = &intern->data;

	if (!intern->memory->len)
		return NULL;
	perfetto__interned_data__init(data);
	data->n_function_names = intern->new_strings[LIST_FUNCTIONS]->len;
	data->function_names = (void *)intern->new_strings[LIST_FUNCTIONS]->pdata;
	data->n_build_ids = intern->new_strings[LIST_BUILD_IDS]->len;
	data->build_ids = (void *)intern->new_strings[LIST_BUILD_IDS]->pdata;
	data->n_mapping_paths = intern->new_strings[LIST_PATHS]->len;
	data->mapping_paths = (void *)intern->new_strings[LIST_PATHS]->pdata;
	data->n_source_paths = intern->new_strings[LIST_FILES]->len;
	data->source_paths = (void *)intern->new_strings[LIST_FILES]->pdata;
	data->n_mappings = intern->new_mappings->len;
	data->mappings = (void *)intern->new_mappings->pdata;
	data->n_frames = intern->new_frames->len;
	data->frames = (void *)intern->new_frames->pdata;
	data->n_callstacks = intern->new_callstacks->len;
	data->callstacks = (void *)intern->new_callstacks->pdata;
	return data;
}

void perfetto_intern__sent(struct perfetto_intern *intern)
{
	for (size_t i = 0; i < STRING_LISTS; i++)
		g_ptr_array_set_size(intern->new_strings[i], 0);
	g_ptr_array_set_size(intern->new_mappings, 0);
	g_ptr_array_set_size(intern->new_frames, 0);
	g_ptr_array_set_size(intern->new_callstacks, 0);
	g_ptr_array_set_size(intern->memory, 0);
}
