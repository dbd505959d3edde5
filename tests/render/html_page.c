// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "html_page.h"

#include "cmocka_all.h"

#include <string.h>

#define JSON_BEGIN "<script type=\"application/json\" id=\"data\">"

struct json_object *html_page__data(const char *page)
{
	const char *begin = strstr(page, JSON_BEGIN);
	const char *end;
	char *text;
	struct json_object *data;

	assert_non_null(begin);
	begin += strlen(JSON_BEGIN);
	end = strstr(begin, "</script>");
	assert_non_null(end);
	text = g_strndup(begin, (gsize)(end - begin));
	data = json_tokener_parse(text);
	assert_non_null(data);
	g_free(text);
	return data;
}

struct json_object *html_page__member(struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, name, &value))
		fail_msg("there is no \"%s\"", name);
	return value;
}

GArray *html_page__numbers(struct json_object *data, const char *name)
{
	gsize size;
	guchar *bytes =
		g_base64_decode(json_object_get_string(html_page__member(data, name)), &size);
	GArray *out = g_array_new(FALSE, FALSE, sizeof(guint64));
	guint64 value = 0;
	guint shift = 0;

	for (gsize i = 0; i < size; i++) {
		value |= (guint64)(bytes[i] & 0x7f) << shift;
		shift += 7;
		if (bytes[i] & 0x80)
			continue;
		g_array_append_val(out, value);
		value = shift = 0;
	}
	g_free(bytes);
	return out;
}
