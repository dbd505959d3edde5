// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/html_bytes.h"

#include "render/escape.h"

#include <string.h>

/* Characters. The kernel's names of threads and processes have 15. */
#define NAME_LIMIT 240
#define COMM_LIMIT 60
#define WIDEST 6 /* bytes of a character: "\\u003c", as html_data.c writes it */
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

/* Of a text of more characters than that the beginning and the end. */
static struct json_object *name(const char *text, glong limit)
{
	GString *clean = g_string_new(NULL);
	struct json_object *string;
	glong length;

	escape__text(clean, text);
	length = g_utf8_strlen(clean->str, -1);
	if (length > limit) {
		gssize head = g_utf8_offset_to_pointer(clean->str, limit / 2) - clean->str;
		gssize tail = g_utf8_offset_to_pointer(clean->str, length - limit / 2) - clean->str;

		g_string_erase(clean, head, tail - head);
		g_string_insert(clean, head, ELLIPSIS);
	}
	string = json_object_new_string_len(clean->str, (int)clean->len);
	g_string_free(clean, TRUE);
	return string;
}

struct json_object *html_bytes__name(const char *text)
{
	return name(text, NAME_LIMIT);
}

struct json_object *html_bytes__comm(const char *text)
{
	return name(text, COMM_LIMIT);
}

size_t html_bytes__cost(const char *text)
{
	const size_t most = (size_t)NAME_LIMIT * WIDEST;
	size_t cost = 0;

	for (; *text && cost < most; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '<')
			cost += WIDEST;
		else if (c < 0x20 || c >= 0x7f)
			cost += 3; /* what stands for it, or a part of it */
		else
			cost += c == '"' || c == '\\' ? 2 : 1;
	}
	return MIN(cost, most) + strlen(ELLIPSIS);
}
