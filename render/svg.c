// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The flame graph: one file with its style and script in it. The root is at the bottom, or at the
 * top, siblings are in alphabetical order (by bytes), widths are time. Without scripts it is a
 * still picture with tooltips.
 */
#include "render/svg.h"

#include "render/escape.h"
#include "render/formats.h"
#include "render/svg_header.h"
#include "render/units.h"

#include <string.h>

#define TITLE_LIMIT 300

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
	svg_header__wrap(lines, note);
	g_free(note);
}

/* What the picture as a whole rests on. */
static void note_evidence(GPtrArray *lines, const struct flame_node *root)
{
	GString *note = g_string_new(NULL);

	if (root->time.high > root->time.low)
		g_string_append_printf(note, "The total: %s to %s (95 %%). ",
				       units__duration(root->time.low).text,
				       units__duration(root->time.high).text);
	g_string_append(note, "Places in the code are ");

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
		svg_header__wrap(lines, *note);
	if (root->total_ns == 0)
		svg_header__wrap(lines, "There is no time in this view.");
	else if (flame__is_time(flame))
		note_evidence(lines, root);
	svg__note_rests(lines, size, extent->rests);
	return lines;
}

static double swatch_width(const char *words)
{
	return 20 + 6.3 * (double)strlen(words);
}

static void write_swatch(FILE *out, const char *classes, double x, int y, const char *words)
{
	(void)fprintf(out,
		      "<g class=\"%s\"><rect x=\"%.1f\" y=\"%d\" width=\"12\" height=\"12\" "
		      "rx=\"3\"/></g><text class=\"key\" x=\"%.1f\" y=\"%d\">%s</text>",
		      classes, x, y, x + 17, y + 10, words);
}

static bool has_groups(const struct svg_extent *extent)
{
	bool found = false;

	for (int group = 0; group < GROUP_COUNT; group++)
		found = found || extent->groups[group];
	return found;
}

static void write_groups(FILE *out, int y, const void *ctx)
{
	static const char words[] = "Causes, and kernel code that waits for them:";
	const struct svg_extent *extent = ctx;
	double x = SVG_PAD + swatch_width(words) - 14;

	(void)fprintf(out, "<text class=\"key\" x=\"%d\" y=\"%d\">%s</text>", SVG_PAD, y + 10,
		      words);
	/* All of them have room in the narrowest picture of flame.js. */
	for (int group = 0; group < GROUP_COUNT; group++) {
		const char *name = cause_group__name(group);

		if (!extent->groups[group])
			continue;
		write_swatch(out, cause_group__class(group), x, y, name);
		x += swatch_width(name) + 10;
	}
}

static void write_kinds(FILE *out, int y, const void *ctx)
{
	const struct svg_extent *extent = ctx;
	double x = SVG_WIDTH - SVG_PAD;

	for (size_t i = FLAME_KIND_COUNT; i > 0; i--) {
		const struct svg_kind *kind = &svg__kinds[i - 1];
		const char classes[] = {kind->letter, '0', '\0'};

		if (!extent->kinds[i - 1])
			continue;
		x -= swatch_width(kind->legend);
		write_swatch(out, classes, x, y, kind->legend);
		x -= 14;
	}
}

void svg__write_opening(FILE *out, const char *heading, int height, const char *style)
{
	GString *title = g_string_new(NULL);

	escape__xml(title, heading, TITLE_LIMIT);
	(void)fprintf(out,
		      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n"
		      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100%%\" height=\"%d\" "
		      "viewBox=\"0 0 %d %d\" preserveAspectRatio=\"xMidYMin meet\" "
		      "lang=\"en\" role=\"group\" "
		      "aria-label=\"%s\">\n<title>%s</title>\n<style><![CDATA[\n%s%s]]></style>\n"
		      "<rect class=\"page\" width=\"100%%\" height=\"100%%\"/>\n",
		      height, SVG_WIDTH, height, title->str, title->str, svg__css, style);
	g_string_free(title, TRUE);
}

static void write_picture(FILE *out, const struct svg_size *size, const void *ctx)
{
	const struct flame *flame = ctx;
	struct svg_extent extent = svg_frames__extent(size->tree);
	const struct svg_header header = {.heading = flame__title(flame),
					  .lines = note_lines(flame, size, &extent),
					  .write_key = has_groups(&extent) ? write_groups : NULL,
					  .write_legend = write_kinds,
					  .ctx = &extent,
					  .buttons = ""};
	const struct svg_grid grid = {.levels = extent.levels,
				      .top = svg_header__height(&header) + SVG_FOOT / 2,
				      .hanging = flame__hangs(flame),
				      .reversed = flame__is_reversed(flame)};
	int height = grid.top + (int)grid.levels * SVG_ROW + SVG_FOOT;

	svg__write_opening(out, flame__title(flame), height, "");
	(void)fputs("<g ", out);
	svg_grid__write(out, &grid, height);
	(void)fputs(">\n", out);
	svg_frames__write(out, flame, size->tree, &grid);
	(void)fputs("</g>\n", out);
	svg_header__write(out, &header);
	(void)fprintf(out, "<script><![CDATA[\n%s]]></script>\n</svg>\n", svg__js);
	g_ptr_array_free(header.lines, TRUE);
}

int svg__write(FILE *out, const struct flame *flame)
{
	return svg_size__write(out, flame, svg_bounds__of_file, write_picture, flame);
}
