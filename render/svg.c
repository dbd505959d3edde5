// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The flame graph: one file with its style and script in it. The root is at the bottom, siblings
 * are in alphabetical order (by bytes), widths are time. Without scripts it is a still picture with
 * tooltips. The controls are HTML in a foreignObject because SVG has no text input.
 */
#include "render/svg.h"

#include "render/escape.h"
#include "render/formats.h"
#include "render/units.h"

#include <string.h>

#define TITLE_LIMIT 300
#define TITLE_COLUMNS 110 /* of the heading's font in SVG_WIDTH */
#define NOTE_COLUMNS 150 /* of the notes' font in the narrowest picture of flame.js */
#define NOTE_LIMIT 600 /* characters of a note */
#define NOTE_HEIGHT 17
#define FOOT 16

/* Distances from the header's upper edge. */
struct header_layout {
	int notes; /* baseline of the first note */
	int controls;
	int details;
	int end;
};

static struct header_layout lay_out_header(guint notes)
{
	struct header_layout layout = {.notes = 58};

	layout.controls = layout.notes + (int)notes * NOTE_HEIGHT - 6;
	layout.details = layout.controls + 54;
	layout.end = layout.details + SVG_ANSWERS;
	return layout;
}

void svg__wrap(GPtrArray *lines, const char *note)
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

void svg__note_rests(GPtrArray *lines, const struct svg_size *size, guint rests)
{
	size_t count;
	const struct flame_node *root = flame_tree__nodes(size->tree, &count);
	char *note;

	if (rests == 0)
		return;
	note = g_strdup_printf("Grey: frames drawn together, narrower than %.2g px of %d or "
			       "more than %d levels deep.",
			       (double)size->limits.least / (double)root->total_ns * SVG_INNER,
			       SVG_INNER, SVG_MAX_LEVELS - 1);
	svg__wrap(lines, note);
	g_free(note);
}

/* What the picture as a whole rests on. */
static void note_evidence(GPtrArray *lines, const struct flame_node *root)
{
	GString *note = g_string_new("Totals are exact. Their places in the code are ");

	svg_frames__evidence(note, root);
	g_string_append_c(note, '.');
	g_ptr_array_add(lines, g_string_free(note, FALSE));
}

/* The lines under the title, as XML. */
static GPtrArray *note_lines(const struct flame *flame, const struct svg_size *size,
			     const struct svg_extent *extent)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	size_t count;
	const struct flame_node *root = flame_tree__nodes(size->tree, &count);

	for (const char *const *note = flame__notes(flame); *note; note++)
		svg__wrap(lines, *note);
	if (root->total_ns == 0)
		svg__wrap(lines, "There is no time in this view.");
	else if (flame__is_time(flame))
		note_evidence(lines, root);
	svg__note_rests(lines, size, extent->rests);
	return lines;
}

static void write_legend(FILE *out, const struct svg_extent *extent, int y)
{
	double x = SVG_WIDTH - SVG_PAD;

	(void)fputs("<g id=\"legend\" aria-hidden=\"true\">", out);
	for (size_t i = FLAME_KIND_COUNT; i > 0; i--) {
		const struct svg_kind *kind = &svg__kinds[i - 1];

		if (!extent->kinds[i - 1])
			continue;
		x -= 20 + 6.3 * (double)strlen(kind->legend);
		(void)fprintf(out,
			      "<g class=\"%c0\"><rect x=\"%.1f\" y=\"%d\" width=\"12\" "
			      "height=\"12\" rx=\"3\"/></g><text class=\"key\" x=\"%.1f\" "
			      "y=\"%d\">%s</text>",
			      kind->letter, x, y, x + 17, y + 10, kind->legend);
		x -= 14;
	}
	(void)fputs("</g>\n", out);
}

void svg__write_controls(FILE *out, int y, const char *more)
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
		SVG_PAD - 2, y, *more ? SVG_INNER : 480, more);
}

void svg__write_answers(FILE *out, int y)
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
		      SVG_PAD, y, SVG_WIDTH - SVG_PAD, y, SVG_PAD, y + 6, SVG_INNER,
		      SVG_ANSWERS - 8);
}

static void write_header(FILE *out, const struct flame *flame, const struct svg_extent *extent,
			 const GPtrArray *lines, const struct header_layout *layout)
{
	GString *title = g_string_new(NULL);

	escape__xml_fit(title, flame__title(flame), TITLE_COLUMNS);
	(void)fprintf(out,
		      "<g id=\"header\">\n<rect class=\"page\" width=\"100%%\" height=\"%d\"/>\n"
		      "<line id=\"rule\" class=\"rule\" x1=\"0\" x2=\"%d\" y1=\"%d.5\" "
		      "y2=\"%d.5\"/>\n"
		      "<text class=\"heading\" x=\"%d\" y=\"36\">%s</text>\n",
		      layout->end, SVG_WIDTH, layout->end - 1, layout->end - 1, SVG_PAD,
		      title->str);
	for (guint i = 0; i < lines->len; i++)
		(void)fprintf(out, "<text class=\"note\" x=\"%d\" y=\"%d\">%s</text>\n", SVG_PAD,
			      layout->notes + (int)i * NOTE_HEIGHT,
			      (const char *)g_ptr_array_index(lines, i));
	write_legend(out, extent, layout->controls + 11);
	svg__write_controls(out, layout->controls, "");
	svg__write_answers(out, layout->details);
	(void)fputs("</g>\n", out);
	g_string_free(title, TRUE);
}

void svg__write_opening(FILE *out, const char *heading, int height, const char *style)
{
	GString *title = g_string_new(NULL);

	escape__xml(title, heading, TITLE_LIMIT);
	(void)fprintf(out,
		      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n"
		      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100%%\" height=\"%d\" "
		      "viewBox=\"0 0 %d %d\" preserveAspectRatio=\"xMidYMin meet\" "
		      "lang=\"en\">\n<title>%s</title>\n<style><![CDATA[\n%s%s]]></style>\n"
		      "<rect class=\"page\" width=\"100%%\" height=\"100%%\"/>\n",
		      height, SVG_WIDTH, height, title->str, svg__css, style);
	g_string_free(title, TRUE);
}

static void write_picture(FILE *out, const struct svg_size *size, const void *ctx)
{
	const struct flame *flame = ctx;
	struct svg_extent extent = svg_frames__extent(size->tree);
	GPtrArray *lines = note_lines(flame, size, &extent);
	struct header_layout layout = lay_out_header(lines->len);
	int top = layout.end + FOOT / 2;
	int height = top + (int)extent.levels * SVG_ROW + FOOT;

	svg__write_opening(out, flame__title(flame), height, "");
	(void)fprintf(out,
		      "<g id=\"frames\" role=\"tree\" aria-label=\"Call tree\" data-pad=\"%d\" "
		      "data-row=\"%d\" data-top=\"%d\" data-levels=\"%u\" data-width=\"%d\" "
		      "data-height=\"%d\">\n",
		      SVG_PAD, SVG_ROW, top, extent.levels, SVG_WIDTH, height);
	svg_frames__write(out, size->tree, flame__is_time(flame), &extent, top);
	(void)fprintf(out, "<rect id=\"cursor\" height=\"%d\" rx=\"2\"/>\n</g>\n", SVG_ROW - 1);
	write_header(out, flame, &extent, lines, &layout);
	(void)fprintf(out, "<script><![CDATA[\n%s]]></script>\n</svg>\n", svg__js);
	g_ptr_array_free(lines, TRUE);
}

void svg__write(FILE *out, const struct flame *flame)
{
	svg_size__write(out, flame, svg_bounds__of_file, write_picture, flame);
}
