// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/html_bytes.h"

#include "render/escape.h"

#define NAME_LIMIT 240 /* characters */
#define ELLIPSIS "\xe2\x80\xa6"

void html_bytes__add(GByteArray *bytes, uint64_t value)
{
	guint8 digits[10];
	guint count = 0;

	do {
		digits[count++] = (guint8)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
		value >>= 7;
	} while (value);
	g_byte_array_append(bytes, digits, count);
}

struct json_object *html_bytes__json(const GByteArray *bytes)
{
	char *text = g_base64_encode(bytes->data, bytes->len);
	struct json_object *string = json_object_new_string(text);

	g_free(text);
	return string;
}

struct json_object *html_bytes__name(const char *text)
{
	GString *clean = g_string_new(NULL);
	struct json_object *string;
	glong length;

	escape__text(clean, text);
	length = g_utf8_strlen(clean->str, -1);
	if (length > NAME_LIMIT) {
		gssize head = g_utf8_offset_to_pointer(clean->str, NAME_LIMIT / 2) - clean->str;
		gssize tail =
			g_utf8_offset_to_pointer(clean->str, length - NAME_LIMIT / 2) - clean->str;

		g_string_erase(clean, head, tail - head);
		g_string_insert(clean, head, ELLIPSIS);
	}
	string = json_object_new_string_len(clean->str, (int)clean->len);
	g_string_free(clean, TRUE);
	return string;
}
