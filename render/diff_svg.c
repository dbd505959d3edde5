// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The flame graph of two captures: the frames of both, as wide as before, after or both. It is
 * laid out and worked by what draws one capture (svg.c, flame.js, flame.css).
 */
#include "render/diff_svg.h"

#include "render/escape.h"
#include "render/formats.h"
#include "render/units.h"

#include <errno.h>
#include <string.h>

/* diff.js and diff.css, embedded by the build. */
extern const char diff_svg__js[];
extern const char diff_svg__css[];

#define HEADING_COLUMNS 110
#define NOTE_HEIGHT 17
#define FIRST_NOTE 58
#define FOOT 16
#define SWATCH 26

__attribute__((format(printf, 2, 3))) static void note(GPtrArray *lines, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	svg__wrap(lines, text);
	g_free(text);
}

static GPtrArray *note_lines(const struct comparison *comparison, const struct diff_extent *extent)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
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
	if (extent->left_out)
		note(lines,
		     "Not drawn: %s frames narrower than %.1f px of %d in every width, or "
		     "deeper than %d levels.",
		     units__count((int64_t)extent->left_out).text, SVG_MIN_WIDTH, SVG_INNER,
		     SVG_MAX_LEVELS);
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

static void write_legend(FILE *out, int y)
{
	double x = SVG_PAD;

	(void)fputs("<g id=\"key\" aria-hidden=\"true\">", out);
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
	(void)write_word(out, x + 4, y, "vanished");
	(void)fputs("</g><g id=\"legend\"/>\n", out);
}

static void write_hatch(FILE *out, const char *name)
{
	(void)fprintf(out,
		      "<pattern id=\"%s\" width=\"6\" height=\"6\" "
		      "patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\"/>"
		      "<path d=\"M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2\"/></pattern>",
		      name);
}

static void write_switch(FILE *out, int y, enum diff_width shown)
{
	static const enum diff_width order[] = {WIDTH_BEFORE, WIDTH_AFTER, WIDTH_BOTH};
	GString *buttons = g_string_new("<span class=\"word\">Width:</span>");

	for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
		g_string_append_printf(buttons,
				       "<button type=\"button\" data-width=\"%s\" "
				       "aria-pressed=\"%s\">%s</button>",
				       diff_width__name(order[i]),
				       order[i] == shown ? "true" : "false",
				       diff_width__name(order[i]));
	svg__write_controls(out, y, buttons->str);
	g_string_free(buttons, TRUE);
}

/* As in svg.c: notes, then the legend, the controls, and the line that tells of a frame. */
static int legend_of(const GPtrArray *lines)
{
	return FIRST_NOTE + (int)lines->len * NOTE_HEIGHT - 6;
}

static int end_of(const GPtrArray *lines)
{
	return legend_of(lines) + 88;
}

static void write_header(FILE *out, const struct diff_picture *picture, const char *heading,
			 const GPtrArray *lines)
{
	int legend = legend_of(lines), end = end_of(lines);
	GString *title = g_string_new(NULL);

	escape__xml_fit(title, heading, HEADING_COLUMNS);
	(void)fprintf(out,
		      "<g id=\"header\">\n<rect class=\"page\" width=\"100%%\" height=\"%d\"/>\n"
		      "<line id=\"rule\" class=\"rule\" x1=\"0\" x2=\"%d\" y1=\"%d.5\" "
		      "y2=\"%d.5\"/>\n<text class=\"heading\" x=\"%d\" y=\"36\">%s</text>\n",
		      end, SVG_WIDTH, end - 1, end - 1, SVG_PAD, title->str);
	for (guint i = 0; i < lines->len; i++)
		(void)fprintf(out, "<text class=\"note\" x=\"%d\" y=\"%d\">%s</text>\n", SVG_PAD,
			      FIRST_NOTE + (int)i * NOTE_HEIGHT,
			      (const char *)g_ptr_array_index(lines, i));
	write_legend(out, legend);
	write_switch(out, legend + 22, picture->width);
	(void)fprintf(out,
		      "<text id=\"details\" class=\"detail\" x=\"%d\" y=\"%d\">Click or Enter "
		      "zooms, Escape goes back; arrow keys walk; / searches.</text>\n"
		      "<text id=\"hits\" class=\"detail hits\" x=\"%d\" y=\"%d\" "
		      "aria-live=\"polite\"></text>\n</g>\n",
		      SVG_PAD, end - 10, SVG_WIDTH - SVG_PAD, end - 10);
	g_string_free(title, TRUE);
}

static void write_picture(FILE *out, const struct comparison *comparison,
			  const struct diff_tree *tree, enum diff_width width)
{
	struct diff_picture picture = {.unit = &comparison->unit, .width = width};
	char *heading = g_strdup_printf("Before and after: thread time per %s, %s",
					comparison->unit.name,
					comparison->analyses[SIDE_AFTER]->capture.target);
	struct diff_extent extent;
	GPtrArray *lines;
	int height;

	picture.nodes = diff_tree__nodes(tree, &picture.count);
	extent = diff_frames__extent(picture.nodes, picture.count);
	lines = note_lines(comparison, &extent);
	picture.levels = extent.levels;
	picture.top = end_of(lines) + FOOT / 2;
	height = picture.top + (int)extent.levels * SVG_ROW + FOOT;
	svg__write_opening(out, heading, height, diff_svg__css);
	(void)fputs("<defs>", out);
	write_hatch(out, "new");
	write_hatch(out, "gone");
	(void)fprintf(out,
		      "</defs>\n<g id=\"frames\" role=\"tree\" aria-label=\"Call tree\" "
		      "data-pad=\"%d\" data-row=\"%d\" data-top=\"%d\" data-levels=\"%u\" "
		      "data-width=\"%d\" data-height=\"%d\">\n",
		      SVG_PAD, SVG_ROW, picture.top, extent.levels, SVG_WIDTH, height);
	diff_frames__write(out, &picture);
	(void)fprintf(out, "<rect id=\"cursor\" height=\"%d\" rx=\"2\"/>\n</g>\n", SVG_ROW - 1);
	write_header(out, &picture, heading, lines);
	(void)fprintf(out,
		      "<script><![CDATA[\n%s]]></script>\n<script><![CDATA[\n%s]]></script>\n"
		      "</svg>\n",
		      svg__js, diff_svg__js);
	g_ptr_array_free(lines, TRUE);
	g_free(heading);
}

int diff_svg__write(FILE *out, const struct comparison *comparison, enum diff_width width,
		    char **error)
{
	struct diff_tree *tree = diff_tree__new(comparison, error);

	if (!tree)
		return -ERANGE;
	write_picture(out, comparison, tree, width);
	diff_tree__free(tree);
	return 0;
}
