// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The controls are HTML in a foreignObject because SVG has no text input. */
#include "render/svg_header.h"

#include "render/escape.h"
#include "render/svg.h"

#define TITLE_COLUMNS 110 /* of the heading's font in SVG_WIDTH */
#define NOTE_COLUMNS 150 /* of the notes' font in the narrowest picture of flame.js */
#define NOTE_LIMIT 600 /* characters of a note */
#define NOTE_HEIGHT 17
#define KEY_HEIGHT 22
#define BUTTONS_WIDTH 480 /* of those of every picture */

/* Distances from the header's upper edge. */
struct layout {
	int notes; /* baseline of the first note */
	int key;
	int controls;
	int legend;
	int details; /* baseline */
	int path;
	int end;
};

static struct layout lay_out(const struct svg_header *header)
{
	struct layout layout = {.notes = 58};

	layout.key = layout.notes + (int)header->lines->len * NOTE_HEIGHT - 6;
	layout.controls = layout.key + (header->write_key ? KEY_HEIGHT : 0);
	layout.legend = layout.controls + 11;
	layout.details = layout.controls + 54;
	layout.path = layout.details + 6;
	layout.end = layout.path + 28;
	return layout;
}

void svg_header__wrap(GPtrArray *lines, const char *note)
{
	GString *clean = g_string_new(NULL);
	GString *line = g_string_new(NULL);
	char **words;

	escape__xml(clean, note, NOTE_LIMIT);
	words = g_strsplit(clean->str, " ", -1);
	for (char **word = words; *word; word++) {
		if (line->len > 0 &&
		    g_utf8_strlen(line->str, -1) + g_utf8_strlen(*word, -1) + 1 > NOTE_COLUMNS) {
			g_ptr_array_add(lines, g_strdup(line->str));
			g_string_truncate(line, 0);
		}
		g_string_append_printf(line, "%s%s", line->len > 0 ? " " : "", *word);
	}
	g_ptr_array_add(lines, g_string_free(line, FALSE));
	g_strfreev(words);
	g_string_free(clean, TRUE);
}

int svg_header__height(const struct svg_header *header)
{
	return lay_out(header).end;
}

static void write_swatches(FILE *out, const char *id,
			   void (*write)(FILE *out, int y, const void *ctx), int y, const void *ctx)
{
	(void)fprintf(out, "<g id=\"%s\" aria-hidden=\"true\">", id);
	if (write)
		write(out, y, ctx);
	(void)fputs("</g>\n", out);
}

static void write_controls(FILE *out, int y, const char *more)
{
	(void)fprintf(
		out,
		"<foreignObject id=\"controls\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"36\">"
		"<form xmlns=\"http://www.w3.org/1999/xhtml\" id=\"search\">"
		"<input id=\"query\" type=\"text\" placeholder=\"Search: text or pattern (/)\" "
		"aria-label=\"Search frames by name\" autocomplete=\"off\" spellcheck=\"false\"/>"
		"<button id=\"reset\" type=\"button\" title=\"Whole picture, no search "
		"(Escape)\">Reset</button>"
		"<button id=\"flip\" type=\"button\" title=\"Turn upside down (i)\">Flip</button>"
		"%s</form></foreignObject>\n",
		SVG_PAD - 2, y, *more ? SVG_INNER : BUTTONS_WIDTH, more);
}

/* Where flame.js tells of a frame, of what was found, and of the path to what is zoomed. */
static void write_answers(FILE *out, const struct layout *layout)
{
	(void)fprintf(out,
		      "<text id=\"details\" class=\"detail\" x=\"%d\" y=\"%d\">Click or Enter "
		      "zooms, Escape goes back; arrow keys walk; / searches.</text>\n"
		      "<text id=\"hits\" class=\"detail hits\" x=\"%d\" y=\"%d\" "
		      "aria-live=\"polite\"></text>\n"
		      "<foreignObject id=\"trail\" x=\"%d\" y=\"%d\" width=\"%d\" "
		      "height=\"%d\"><div xmlns=\"http://www.w3.org/1999/xhtml\" id=\"path\" "
		      "role=\"navigation\" aria-label=\"Callers of what is zoomed\"></div>"
		      "</foreignObject>\n",
		      SVG_PAD, layout->details, SVG_WIDTH - SVG_PAD, layout->details, SVG_PAD,
		      layout->path, SVG_INNER, layout->end - layout->path - 2);
}

void svg_header__write(FILE *out, const struct svg_header *header)
{
	struct layout layout = lay_out(header);
	GString *title = g_string_new(NULL);

	escape__xml_fit(title, header->heading, TITLE_COLUMNS);
	(void)fprintf(out,
		      "<g id=\"header\">\n<rect class=\"page\" width=\"100%%\" height=\"%d\"/>\n"
		      "<line id=\"rule\" class=\"rule\" x1=\"0\" x2=\"%d\" y1=\"%d.5\" "
		      "y2=\"%d.5\"/>\n<text class=\"heading\" x=\"%d\" y=\"36\">%s</text>\n",
		      layout.end, SVG_WIDTH, layout.end - 1, layout.end - 1, SVG_PAD, title->str);
	for (guint i = 0; i < header->lines->len; i++)
		(void)fprintf(out, "<text class=\"note\" x=\"%d\" y=\"%d\">%s</text>\n", SVG_PAD,
			      layout.notes + (int)i * NOTE_HEIGHT,
			      (const char *)g_ptr_array_index(header->lines, i));
	write_swatches(out, "key", header->write_key, layout.key, header->ctx);
	write_swatches(out, "legend", header->write_legend, layout.legend, header->ctx);
	write_controls(out, layout.controls, header->buttons);
	write_answers(out, &layout);
	(void)fputs("</g>\n", out);
	g_string_free(title, TRUE);
}
