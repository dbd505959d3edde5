// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The flame graph of two captures: the frames of both, as wide as before, after or both. It is
 * laid out and worked by what draws one capture (svg.c, flame.js, flame.css).
 */
#include "render/diff_svg.h"

#include "render/diff_flame.h"
#include "render/escape.h"
#include "render/formats.h"
#include "render/svg_header.h"
#include "render/units.h"

#include <string.h>

#define SWATCH 26

__attribute__((format(printf, 2, 3))) static void note(GPtrArray *lines, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	svg_header__wrap(lines, text);
	g_free(text);
}

/* What is drawn. */
struct drawing {
	const struct comparison *comparison;
	const struct flame *flame;
	enum diff_width width;
};

static GPtrArray *note_lines(const struct drawing *drawing, const struct svg_size *size,
			     guint rests)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	const struct comparison *comparison = drawing->comparison;
	const struct comparison_unit *unit = &comparison->unit;

	for (int side = 0; side < SIDES; side++) {
		const struct analysis *analysis = comparison->analyses[side];

		note(lines, "%s: %s, %s window, %s of thread time",
		     side == SIDE_BEFORE ? "Before" : "After", analysis->capture.target,
		     units__duration((double)analysis->window_ns).text,
		     units__duration(analysis->accounted_ns).text);
	}
	if (unit->divisor == PER_WORK)
		note(lines, "%s before (%s), %s after (%s): one is a %s",
		     units__count(units__round(unit->amount[SIDE_BEFORE])).text,
		     unit->quality[SIDE_BEFORE],
		     units__count(units__round(unit->amount[SIDE_AFTER])).text,
		     unit->quality[SIDE_AFTER], unit->name);
	note(lines, "Colours show what was measured. Whether a change is more than chance, the "
		    "tables of wallflame diff say.");
	for (char *const *warning = comparison->warnings; *warning; warning++)
		note(lines, "Warning: %s.", *warning);
	for (const char *const *line = flame__notes(drawing->flame); *line; line++)
		svg_header__wrap(lines, *line);
	svg__note_rests(lines, size, rests);
	return lines;
}

static double write_word(FILE *out, double x, int y, const char *word)
{
	(void)fprintf(out, "<text class=\"key\" x=\"%.1f\" y=\"%d\">%s</text>", x, y + 10, word);
	return x + 6.3 * (double)strlen(word) + 10;
}

static double write_swatch(FILE *out, double x, int y, const char *classes)
{
	(void)fprintf(out,
		      "<g class=\"%s\"><rect x=\"%.1f\" y=\"%d\" width=\"%d\" height=\"12\"/></g>",
		      classes, x, y, SWATCH - 2);
	return x + SWATCH;
}

static void write_legend(FILE *out, int y, const void *ctx)
{
	const struct diff_extent *extent = ctx;
	double x = SVG_PAD;

	x = write_word(out, x, y, "halved or less");
	for (size_t i = 0; i < DIFF_SHADES; i++) {
		x = write_swatch(out, x, y, diff_frames__shades[i].classes);
		if (i == DIFF_SHADES / 2)
			x = write_word(out, x + 4, y, "same within 2 %");
	}
	x = write_word(out, x + 4, y, "doubled or more") + 14;
	x = write_swatch(out, x, y, "new");
	x = write_word(out, x + 4, y, "new") + 14;
	x = write_swatch(out, x, y, "gone");
	x = write_word(out, x + 4, y, "vanished") + 14;
	if (extent->rests > 0) {
		x = write_swatch(out, x, y, "r r0");
		(void)write_word(out, x + 4, y, "small frames");
	}
}

static void write_picture(FILE *out, const struct svg_size *size, const void *ctx)
{
	const struct drawing *drawing = ctx;
	const struct comparison *comparison = drawing->comparison;
	struct diff_picture picture = {.unit = &comparison->unit, .width = drawing->width};
	char *heading = g_strdup_printf("Before and after: thread time per %s, %s",
					comparison->unit.name,
					comparison->analyses[SIDE_AFTER]->capture.target);
	struct diff_tree *tree = diff_tree__new(size->tree);
	GString *buttons = g_string_new(NULL);
	struct diff_extent extent;
	struct svg_header header = {.heading = heading, .write_key = write_legend, .ctx = &extent};
	int height;

	picture.nodes = diff_tree__nodes(tree, &picture.count);
	extent = diff_frames__extent(picture.nodes, picture.count);
	diff_frames__append_switch(buttons, picture.width);
	header.lines = note_lines(drawing, size, extent.rests);
	header.buttons = buttons->str;
	picture.grid.levels = extent.levels;
	picture.grid.reversed = flame__is_reversed(drawing->flame);
	picture.grid.top = svg_header__height(&header) + SVG_FOOT / 2;
	height = picture.grid.top + (int)extent.levels * SVG_ROW + SVG_FOOT;
	svg__write_opening(out, heading, height, diff_svg__css);
	diff_frames__write_hatches(out);
	(void)fputs("<g ", out);
	svg_grid__write(out, &picture.grid, height);
	(void)fputs(">\n", out);
	diff_frames__write(out, &picture);
	(void)fputs("</g>\n", out);
	svg_header__write(out, &header);
	(void)fprintf(out,
		      "<script><![CDATA[\n%s]]></script>\n<script><![CDATA[\n%s]]></script>\n"
		      "</svg>\n",
		      diff_svg__js, svg__js);
	g_ptr_array_free(header.lines, TRUE);
	g_string_free(buttons, TRUE);
	diff_tree__free(tree);
	g_free(heading);
}

int diff_svg__write(FILE *out, const struct comparison *comparison, const struct diff_wish *wish,
		    char **error)
{
	struct drawing drawing = {.comparison = comparison, .width = wish->width};
	struct flame *flame;
	int status = diff_flame__new(&flame, comparison, &wish->flame, error);

	if (status)
		return status;
	drawing.flame = flame;
	status = svg_size__write(out, flame, svg_bounds__of_file, write_picture, &drawing);
	flame__free(flame);
	return status;
}
