// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/text_lines.h"

#include "render/escape.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Appends `text` in `width` columns, cut and filled as needed. */
static void append_cell(GString *line, const char *text, int width)
{
	size_t columns = (size_t)abs(width);
	size_t text_columns = escape__columns(text);
	size_t fill = text_columns < columns ? columns - text_columns : 0;
	size_t used;

	if (width < 0)
		g_string_append_printf(line, "%*s", (int)fill, "");
	used = escape__terminal(line, text, columns);
	if (width > 0)
		g_string_append_printf(line, "%*s", (int)(columns - MIN(used, columns)), "");
}

static void write_line(FILE *out, GString *line)
{
	while (line->len > 0 && line->str[line->len - 1] == ' ')
		g_string_truncate(line, line->len - 1);
	(void)fprintf(out, "%s\n", line->str);
	g_string_free(line, TRUE);
}

void text__heading(FILE *out, const char *title, const char *remark)
{
	GString *line = g_string_new(NULL);
	int columns = MIN((int)escape__columns(title) + 2, TEXT_COLUMNS / 2);

	append_cell(line, title, columns);
	append_cell(line, remark, -(TEXT_COLUMNS - columns));
	(void)fputc('\n', out);
	write_line(out, line);
}

void text__row(FILE *out, const struct text_table *table, const char *const cells[])
{
	GString *line = g_string_new(" ");

	for (size_t i = 0; i < table->count; i++) {
		g_string_append_c(line, ' ');
		append_cell(line, cells[i], table->columns[i].width);
	}
	write_line(out, line);
}

void text__titles(FILE *out, const struct text_table *table)
{
	GString *line = g_string_new(" ");

	for (size_t i = 0; i < table->count; i++) {
		g_string_append_c(line, ' ');
		append_cell(line, table->columns[i].title, table->columns[i].width);
	}
	write_line(out, line);
}

void text__paragraph(FILE *out, int indent, const char *text)
{
	size_t room = (size_t)(TEXT_COLUMNS - indent);
	GString *line = g_string_new(NULL);
	char **words = g_strsplit(text, " ", -1);
	size_t used = 0;

	g_string_printf(line, "%*s", indent, "");
	for (char **word = words; *word; word++) {
		size_t columns = MIN(escape__columns(*word), room);

		if (used > 0 && used + 1 + columns > room) {
			write_line(out, line);
			line = g_string_new(NULL);
			g_string_printf(line, "%*s", indent, "");
			used = 0;
		}
		if (used > 0) {
			g_string_append_c(line, ' ');
			used++;
		}
		used += escape__terminal(line, *word, room);
	}
	write_line(out, line);
	g_strfreev(words);
}

void text__say(FILE *out, int indent, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	text__paragraph(out, indent, text);
	g_free(text);
}

void text__rest(FILE *out, size_t count, size_t shown, const char *things)
{
	if (count > shown)
		text__say(out, 2, "and %s more %s: see the JSON report",
			  units__count((int64_t)(count - shown)).text, things);
}

struct unit_text text__interval(const struct figure *figure)
{
	struct unit_text out = {""};

	if (figure->basis != BASIS_EXACT)
		(void)snprintf(out.text, sizeof(out.text), "%.20s .. %.20s",
			       units__duration(figure->low).text,
			       units__duration(figure->high).text);
	return out;
}

struct unit_text text__evidence(const struct figure *figure)
{
	struct unit_text out;
	double half = (figure->high - figure->low) / 2;

	if (figure->basis == BASIS_SAMPLED && figure->ns > 0 && half >= 0)
		(void)snprintf(out.text, sizeof(out.text), "%s +-%.0f %%",
			       basis__name(figure->basis),
			       fmin(ceil(half / figure->ns * 100), 999));
	else
		(void)snprintf(out.text, sizeof(out.text), "%s", basis__name(figure->basis));
	return out;
}
