// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The flame graph of the page: all time of all threads as a still picture, roots at the top. The
 * script puts one in its place that follows what is picked.
 */
#include "render/escape.h"
#include "render/flame_tree.h"
#include "render/html_parts.h"
#include "render/html_sections.h"

#include <stdlib.h>

#define WIDTH 1160.0
#define ROW 18
#define LEAST_WIDTH 2.0 /* pixels; more where there are too many frames */
#define MAX_FRAMES 2000
#define GLYPH 6.9

static double width_of(const struct flame_node *node, const struct flame *flame)
{
	return (double)node->total_ns / (double)flame__total(flame) * WIDTH;
}

static void write_label(FILE *out, const struct flame_node *node, double x, double width)
{
	GString *label = g_string_new(NULL);

	escape__xml_fit(label, node->name, (size_t)((width - 6) / GLYPH));
	(void)fprintf(out, "<text x=\"%.1f\" y=\"%u\">%s</text>", x + 4, node->depth * ROW + 13,
		      label->str);
	g_string_free(label, TRUE);
}

static void write_frame(FILE *out, const struct flame *flame, const struct flame_node *node)
{
	double width = width_of(node, flame);
	double x = (double)node->start_ns / (double)flame__total(flame) * WIDTH;

	(void)fprintf(out, "<g class=\"k%d\"><title>", (int)node->kind);
	html__put(out, node->name);
	(void)fprintf(out, ": %s, ", units__duration((double)node->total_ns).text);
	html__put(out, units__share((double)node->total_ns / (double)flame__total(flame)).text);
	(void)fprintf(out,
		      "</title><rect x=\"%.1f\" y=\"%u\" width=\"%.1f\" height=\"%d\" "
		      "rx=\"1.5\"/>",
		      x, node->depth * ROW, width > 3 ? width - 0.8 : width, ROW - 1);
	if (width > 3 * GLYPH + 6)
		write_label(out, node, x, width);
	(void)fputs("</g>\n", out);
}

struct extent {
	double least_width;
	size_t drawn;
	guint levels;
};

static struct extent extent_of(const struct flame *flame, double least_width)
{
	size_t count;
	const struct flame_node *nodes = flame__nodes(flame, &count);
	struct extent extent = {.least_width = least_width};

	for (size_t i = 0; i < count; i++) {
		if (width_of(&nodes[i], flame) < least_width)
			continue;
		extent.levels = MAX(extent.levels, nodes[i].depth + 1);
		extent.drawn++;
	}
	return extent;
}

static void write_picture(FILE *out, const struct flame *flame)
{
	size_t count;
	const struct flame_node *nodes = flame__nodes(flame, &count);
	struct extent extent = extent_of(flame, LEAST_WIDTH);

	while (extent.drawn > MAX_FRAMES)
		extent = extent_of(flame, extent.least_width * 1.5);
	(void)fprintf(out,
		      "<svg class=\"flame\" viewBox=\"0 0 %.0f %u\" role=\"img\" "
		      "aria-label=\"Flame graph of all thread time\">\n",
		      WIDTH, extent.levels * ROW);
	for (size_t i = 0; i < count; i++) {
		if (width_of(&nodes[i], flame) >= extent.least_width)
			write_frame(out, flame, &nodes[i]);
	}
	(void)fputs("</svg>\n", out);
	if (extent.drawn < count)
		html__say(out, "p class=\"note\"",
			  "Not drawn without a script: %s frames narrower than %.0f pixels.",
			  units__count((int64_t)(count - extent.drawn)).text, extent.least_width);
}

void html_section__flame(FILE *out, const struct analysis *analysis)
{
	const struct flame_wish wish = flame_wish__default();
	struct flame *flame = NULL;
	char *error = NULL;

	html__section(out, "flame", "Flame graph",
		      "totals exact, places in the code sampled; width is time");
	(void)fputs("<div id=\"graph\">\n", out);
	if (flame__from_analysis(&flame, analysis, &wish, &error)) {
		html__say(out, "p class=\"note\"", "Not drawn: %s.", error);
		free(error);
	} else if (flame__total(flame) > 0) {
		write_picture(out, flame);
	} else {
		html__say(out, "p class=\"note\"", "There is no time in this capture.");
	}
	flame__free(flame);
	(void)fputs("</div>\n", out);
	html__section_end(out);
}
