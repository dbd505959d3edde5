// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_format.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <traceevent/event-parse.h>

struct perf_format {
	struct tep_event *event;
	struct tep_format_field *fields[PERF_FORMAT_FIELDS];
	size_t needed; /* bytes */
	const void *use;
};

struct perf_formats {
	struct tep_handle *tep;
	struct tep_format_field *type; /* common_type, the same for all */
	GPtrArray *all; /* struct perf_format, owned */
	GPtrArray *by_id;
};

struct perf_formats *perf_formats__new(void)
{
	struct perf_formats *formats = g_new0(struct perf_formats, 1);

	formats->tep = tep_alloc();
	tep_set_long_size(formats->tep, sizeof(long));
	tep_set_loglevel(TEP_LOG_NONE);
	formats->all = g_ptr_array_new_with_free_func(g_free);
	formats->by_id = g_ptr_array_new();
	return formats;
}

void perf_formats__free(struct perf_formats *formats)
{
	if (!formats)
		return;
	g_ptr_array_free(formats->by_id, TRUE);
	g_ptr_array_free(formats->all, TRUE);
	tep_free(formats->tep);
	g_free(formats);
}

static int find_fields(struct perf_format *format, const struct perf_format_want *want)
{
	for (size_t i = 0; i < PERF_FORMAT_FIELDS && want->fields[i]; i++) {
		struct tep_format_field *field = tep_find_any_field(format->event, want->fields[i]);

		if (!field)
			return -ENOENT;
		format->fields[i] = field;
		format->needed = MAX(format->needed, (size_t)field->offset + (size_t)field->size);
	}
	return 0;
}

int perf_formats__parse(struct perf_formats *formats, const struct perf_format_want *want,
			const char *text, const struct perf_format **out)
{
	struct perf_format *format;
	struct tep_event *event = NULL;
	int status;

	/* What it cannot make of the text for printing is of no concern here. */
	tep_parse_format(formats->tep, &event, text, strlen(text), want->system);
	if (!event || event->id < 0 || event->id > UINT16_MAX ||
	    !tep_find_common_field(event, "common_type"))
		return -EINVAL;
	format = g_new0(struct perf_format, 1);
	format->event = event;
	format->use = want->use;
	g_ptr_array_add(formats->all, format);
	formats->type = tep_find_common_field(event, "common_type");
	format->needed = (size_t)formats->type->offset + (size_t)formats->type->size;
	status = find_fields(format, want);
	if (status)
		return status;
	if (formats->by_id->len <= (guint)event->id)
		g_ptr_array_set_size(formats->by_id, event->id + 1);
	formats->by_id->pdata[event->id] = format;
	*out = format;
	return 0;
}

uint64_t perf_format__id(const struct perf_format *format)
{
	return (uint64_t)format->event->id;
}

static uint64_t read_number(const struct tep_format_field *field, const void *raw)
{
	const char *at = (const char *)raw + field->offset;
	uint64_t number = tep_read_number(field->event->tep, at, field->size);

	/* tep_read_number() knows no sign. */
	if (field->flags & TEP_FIELD_IS_SIGNED && field->size < (int)sizeof(number)) {
		int shift = 64 - field->size * 8;

		number = (uint64_t)((int64_t)(number << shift) >> shift);
	}
	return number;
}

const struct perf_format *perf_formats__of(const struct perf_formats *formats, const void *raw,
					   size_t size)
{
	const struct perf_format *format;
	uint64_t id;

	if (!formats->type || size < (size_t)formats->type->offset + (size_t)formats->type->size)
		return NULL;
	id = read_number(formats->type, raw);
	format = id < formats->by_id->len ? g_ptr_array_index(formats->by_id, id) : NULL;
	return format && size >= format->needed ? format : NULL;
}

uint64_t perf_format__number(const struct perf_format *format, size_t field, const void *raw)
{
	return read_number(format->fields[field], raw);
}

void perf_format__text(const struct perf_format *format, size_t field, const void *raw, char *out,
		       size_t room)
{
	const struct tep_format_field *at = format->fields[field];
	size_t length = MIN((size_t)at->size, room - 1);

	memcpy(out, (const char *)raw + at->offset, length);
	out[length] = '\0';
}

const void *perf_format__use(const struct perf_format *format)
{
	return format->use;
}

const struct perf_format *perf_formats__used(const struct perf_formats *formats, const void *use)
{
	for (guint i = 0; i < formats->by_id->len; i++) {
		const struct perf_format *format = g_ptr_array_index(formats->by_id, i);

		if (format && format->use == use)
			return format;
	}
	return NULL;
}
