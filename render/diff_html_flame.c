// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The flame graph of the page: the frames of the picture, with its controls in the page's look. */
#include "render/diff_html.h"
#include "render/diff_svg.h"
#include "render/html_parts.h"

/* A page has more in it than this. */
static const struct svg_bounds bounds = {.frames = 3000, .bytes = 1500000};

struct drawing {
	const struct comparison *comparison;
	const struct flame *flame;
	enum diff_width width;
};

static void write_key(FILE *out, const char *classes, const char *words)
{
	(void)fprintf(out,
		      "<li><svg class=\"key\" viewBox=\"0 0 10 10\" aria-hidden=\"true\">"
		      "<g class=\"%s\"><rect width=\"10\" height=\"10\"/></g></svg>%s</li>",
		      classes, words);
}

static void write_legend(FILE *out, guint rests)
{
	static const char *const words[DIFF_SHADES] = {[0] = "halved or less",
						       [DIFF_SHADES / 2] = "same within 2 %",
						       [DIFF_SHADES - 1] = "doubled or more"};

	(void)fputs("<ul class=\"legend shades\" aria-label=\"Colours\">", out);
	for (size_t i = 0; i < DIFF_SHADES; i++)
		write_key(out, diff_frames__shades[i].classes, words[i] ? words[i] : "");
	write_key(out, "new", "new");
	write_key(out, "gone", "vanished");
	if (rests > 0)
		write_key(out, "r r0", "small frames");
	(void)fputs("</ul>\n", out);
}

/* Ids are those that flame.js knows. */
static void write_controls(FILE *out, enum diff_width width)
{
	GString *buttons = g_string_new(NULL);

	diff_frames__append_switch(buttons, width);
	(void)fprintf(out,
		      "<form class=\"controls\" id=\"search\">%s"
		      "<input id=\"query\" type=\"search\" "
		      "placeholder=\"Search: text or pattern (/)\" "
		      "aria-label=\"Search frames by name\" autocomplete=\"off\" "
		      "spellcheck=\"false\">"
		      "<button id=\"reset\" type=\"button\">Reset</button>"
		      "<button id=\"flip\" type=\"button\">Flip</button>"
		      "<span id=\"hits\" class=\"hits\" aria-live=\"polite\"></span></form>\n",
		      buttons->str);
	g_string_free(buttons, TRUE);
}

static void write_notes(FILE *out, const struct drawing *drawing, const struct svg_size *size,
			guint rests)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	for (const char *const *line = flame__notes(drawing->flame); *line; line++)
		html__say(out, "p class=\"note\"", "%s", *line);
	svg__note_rests(lines, size, rests);
	for (guint i = 0; i < lines->len; i++)
		(void)fprintf(out, "<p class=\"note\">%s</p>\n",
			      (const char *)g_ptr_array_index(lines, i));
	g_ptr_array_free(lines, TRUE);
}

static void write_picture(FILE *out, const struct svg_size *size, const void *ctx)
{
	const struct drawing *drawing = ctx;
	struct diff_tree *tree = diff_tree__new(size->tree);
	struct diff_picture picture = {
		.unit = &drawing->comparison->unit,
		.width = drawing->width,
		.grid = {.hanging = true},
	};
	struct diff_extent extent;
	int height;

	picture.nodes = diff_tree__nodes(tree, &picture.count);
	extent = diff_frames__extent(picture.nodes, picture.count);
	picture.grid.levels = extent.levels;
	picture.grid.reversed = flame__is_reversed(drawing->flame);
	height = (int)extent.levels * SVG_ROW;
	write_legend(out, extent.rests);
	(void)fputs("<p id=\"details\" class=\"detail\">Click or Enter zooms, Escape goes back; "
		    "arrow keys walk; / searches.</p>\n"
		    "<div id=\"path\" role=\"navigation\" "
		    "aria-label=\"Callers of what is zoomed\"></div>\n",
		    out);
	(void)fprintf(out, "<svg class=\"flame\" viewBox=\"0 0 %d %d\" ", SVG_WIDTH, height);
	svg_grid__write(out, &picture.grid, height);
	(void)fputs(">\n", out);
	diff_frames__write_hatches(out);
	diff_frames__write(out, &picture);
	(void)fputs("</svg>\n", out);
	write_notes(out, drawing, size, extent.rests);
	diff_tree__free(tree);
}

int diff_section__flame(FILE *out, const struct comparison *comparison, const struct flame *flame,
			enum diff_width width)
{
	const struct drawing drawing = {comparison, flame, width};
	int err;

	html__section(out, "flame", "Flame graph",
		      "of both captures; colours show what was measured, whether a change is more "
		      "than chance the tables say");
	write_controls(out, width);
	err = svg_size__write(out, flame, bounds, write_picture, &drawing);
	html__section_end(out);
	return err;
}
