// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/escape.h"

#include "render/units.h"

#include <stdbool.h>
#include <string.h>

#define REPLACEMENT 0xfffd
#define LEAST_HALVES 8 /* columns: of fewer a beginning and an end say less than a beginning */
#define ELLIPSIS "\xe2\x80\xa6" /* U+2026 */

/* The characters that turn the direction of writing can make a name look like another. */
static bool turns_direction(gunichar c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/* What most names are of: harmless, and one byte and column each. */
static bool is_plain(gunichar c)
{
	return c >= 0x20 && c < 0x7f;
}

static bool harmless(gunichar c)
{
	if (c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029)
		return false;
	/* Noncharacters; XML 1.0 section 2.2 forbids the last two of the first plane. */
	if ((c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef))
		return false;
	return !turns_direction(c);
}

/* Takes one character off *text; REPLACEMENT for what is no harmless character. */
static gunichar next_char(const char **text)
{
	gunichar c = (unsigned char)**text;

	if (is_plain(c)) {
		(*text)++;
		return c;
	}
	c = g_utf8_get_char_validated(*text, -1);
	if (c == (gunichar)-1 || c == (gunichar)-2) {
		(*text)++;
		return REPLACEMENT;
	}
	*text = g_utf8_next_char(*text);
	return harmless(c) ? c : REPLACEMENT;
}

static size_t char_columns(gunichar c)
{
	if (is_plain(c))
		return 1;
	if (g_unichar_iszerowidth(c))
		return 0;
	return g_unichar_iswide(c) ? 2 : 1;
}

static void append_char(GString *out, gunichar c)
{
	if (is_plain(c))
		g_string_append_c(out, (char)c);
	else
		g_string_append_unichar(out, c);
}

static void append_xml(GString *out, gunichar c)
{
	switch (c) {
	case '&':
		g_string_append(out, "&amp;");
		break;
	case '<':
		g_string_append(out, "&lt;");
		break;
	case '>':
		g_string_append(out, "&gt;");
		break;
	case '"':
		g_string_append(out, "&quot;");
		break;
	case '\'':
		g_string_append(out, "&#39;");
		break;
	default:
		append_char(out, c);
	}
}

void escape__text(GString *out, const char *text)
{
	while (*text)
		append_char(out, next_char(&text));
}

static size_t length_of(const char *text)
{
	size_t length = 0;

	for (; *text; length++)
		next_char(&text);
	return length;
}

void escape__xml(GString *out, const char *text, size_t limit)
{
	size_t length = length_of(text);
	size_t head = length <= limit ? length : limit / 2;
	size_t tail = length - MIN(length, limit - head);

	for (size_t at = 0; *text; at++) {
		gunichar c = next_char(&text);

		if (at < head || at >= tail)
			append_xml(out, c);
		else if (at == head)
			g_string_append_printf(out, ELLIPSIS " (%s characters) " ELLIPSIS,
					       units__count((int64_t)length).text);
	}
}

void escape__folded(GString *out, const char *text)
{
	if (!*text)
		g_string_append(out, "[unnamed]");
	while (*text) {
		gunichar c = next_char(&text);

		append_char(out, c == ';' ? ':' : c);
	}
}

/* A zero-width character could hide behind its neighbour, so it is shown as what it is: odd. */
static gunichar terminal_char(gunichar c)
{
	if (is_plain(c))
		return c;
	return c == REPLACEMENT || char_columns(c) == 0 || !g_unichar_isprint(c) ? '?' : c;
}

size_t escape__columns(const char *text)
{
	size_t columns = 0;

	while (*text)
		columns += char_columns(terminal_char(next_char(&text)));
	return columns;
}

size_t escape__terminal(GString *out, const char *text, size_t columns)
{
	bool fits = escape__columns(text) <= columns;
	size_t dots = fits ? 0 : MIN(columns, 3);
	size_t used = 0;

	while (*text) {
		gunichar c = terminal_char(next_char(&text));

		if (used + char_columns(c) > columns - dots)
			break;
		append_char(out, c);
		used += char_columns(c);
	}
	for (size_t i = 0; i < dots; i++)
		g_string_append_c(out, '.');
	return used + dots;
}

/* What belongs to the character before it: marks, joiners, what joins to it, shades of skin. */
static bool joins(gunichar c, gunichar before)
{
	if (is_plain(c))
		return false;
	return g_unichar_iszerowidth(c) || g_unichar_type(c) == G_UNICODE_SPACING_MARK ||
	       before == 0x200d || (c >= 0x1f3fb && c <= 0x1f3ff);
}

static size_t all_columns(const char *text)
{
	size_t columns = 0;

	while (*text)
		columns += char_columns(next_char(&text));
	return columns;
}

void escape__xml_fit(GString *out, const char *text, size_t columns)
{
	size_t all = all_columns(text);
	size_t head = all <= columns ? all : columns < LEAST_HALVES ? columns - 1 : columns / 2;
	size_t tail = columns - head - 1;
	size_t before = 0; /* columns */
	gsize start = out->len;
	gunichar last = 0;
	bool shown = true;
	bool cut = false;

	if (columns < 3)
		return;
	while (*text) {
		gunichar c = next_char(&text);
		size_t wide = char_columns(c);

		if (!joins(c, last))
			shown = before + wide <= head || all - before <= tail;
		if (shown) {
			append_xml(out, c);
		} else if (!cut) {
			g_string_append(out, ELLIPSIS);
			cut = true;
		}
		before += wide;
		last = c;
	}
	/* Only wide ones, of which none has room. */
	if (cut && out->len == start + strlen(ELLIPSIS))
		g_string_truncate(out, start);
}
