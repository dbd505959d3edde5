// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The flame graph of the page: all time of all threads as a still picture, roots at the top. The
 * script puts one in its place that follows what is picked.
 */
#include "render/draft.h"
#include "render/escape.h"
#include "render/flame_tree.h"
#include "render/html_parts.h"
#include "render/html_sections.h"
#include "render/pace_lines.h"
#include "render/svg.h"

#include <stdlib.h>

#define WIDTH 1160.0
#define ROW 18
#define LEAST_WIDTH 2.0 /* pixels; more where there are too many frames */
#define MAX_FRAMES 2000
#define MAX_BYTES 600000 /* whatever the names */
#define MAX_LEVELS 250
#define GLYPH 6.9

/* The picture at hand. */
struct still {
	FILE *out;
	double whole; /* ns */
};

static double width_of(const struct still *still, const struct flame_node *node)
{
	return (double)node->total_ns / still->whole * WIDTH;
}

static void write_label(const struct still *still, const struct flame_node *node, const char *name)
{
	double width = width_of(still, node);
	GString *label = g_string_new(NULL);

	if (width < 3 * GLYPH + 6)
		return;
	escape__xml_fit(label, name, (size_t)((width - 6) / GLYPH));
	(void)fprintf(still->out, "<text x=\"%.1f\" y=\"%u\">%s</text>",
		      (double)node->start_ns / still->whole * WIDTH + 4, node->depth * ROW + 13,
		      label->str);
	g_string_free(label, TRUE);
}

static void write_classes(FILE *out, const struct flame_node *nodes, size_t index)
{
	enum cause_group group = svg_frames__group(nodes, index);

	(void)fprintf(out, "<g class=\"k%d%s%s\">", (int)nodes[index].kind,
		      group < GROUP_COUNT ? " " : "",
		      group < GROUP_COUNT ? cause_group__class(group) : "");
}

static void write_frame(const struct still *still, const struct flame_node *nodes, size_t index)
{
	const struct flame_node *node = &nodes[index];
	double width = width_of(still, node);
	char *rest = g_strdup_printf("%u frames", node->folded);
	const char *name = node->name ? node->name : rest;

	write_classes(still->out, nodes, index);
	(void)fputs("<title>", still->out);
	html__put(still->out, name);
	(void)fprintf(still->out, ": %s, ", units__duration((double)node->total_ns).text);
	html__put(still->out, units__share((double)node->total_ns / still->whole).text);
	if (node->time.high > node->time.low)
		(void)fprintf(still->out, ", 95 %% interval %s to %s",
			      units__duration(node->time.low).text,
			      units__duration(node->time.high).text);
	(void)fprintf(still->out,
		      "</title><rect x=\"%.1f\" y=\"%u\" width=\"%.1f\" height=\"%d\" "
		      "rx=\"1.5\"/>",
		      (double)node->start_ns / still->whole * WIDTH, node->depth * ROW,
		      width > 3 ? width - 0.8 : width, ROW - 1);
	write_label(still, node, name);
	(void)fputs("</g>\n", still->out);
	g_free(rest);
}

/* Frames narrower than `least` of the whole are one of their caller. */
static struct flame_tree *tree_of(const struct flame *flame, double least)
{
	const struct flame_limits limits = {
		.least = units__round((double)flame__total(flame) * least), .levels = MAX_LEVELS};

	return flame_tree__new(flame, limits);
}

static void write_tree(FILE *out, const struct flame_tree *tree, const struct flame *flame)
{
	const struct still still = {out, (double)flame__total(flame)};
	size_t count;
	const struct flame_node *nodes = flame_tree__nodes(tree, &count);
	guint levels = 0;

	for (size_t i = 0; i < count; i++)
		levels = MAX(levels, nodes[i].depth + 1);
	(void)fprintf(out,
		      "<svg class=\"flame\" viewBox=\"0 0 %.0f %u\" role=\"img\" "
		      "aria-label=\"Flame graph of all thread time\">\n",
		      WIDTH, levels * ROW);
	for (size_t i = 0; i < count; i++)
		write_frame(&still, nodes, i);
	(void)fputs("</svg>\n", out);
}

/* Without a text: it has more frames or bytes than a page has room for. */
static int try_picture(struct draft *picture, const struct flame *flame, double least)
{
	struct flame_tree *tree = tree_of(flame, least);
	size_t count;
	int err = 0;

	*picture = (struct draft){0};
	(void)flame_tree__nodes(tree, &count);
	if (count <= MAX_FRAMES || least >= 1) {
		err = draft__open(picture);
		if (!err) {
			write_tree(picture->stream, tree, flame);
			err = draft__close(picture);
		}
	}
	if (picture->length > MAX_BYTES && least < 1) {
		g_free(picture->text);
		picture->text = NULL;
	}
	flame_tree__free(tree);
	return err;
}

/* With as many frames as there is room for. */
static int write_picture(FILE *out, const struct flame *flame)
{
	double least = LEAST_WIDTH / WIDTH;
	struct draft picture;
	int err;

	while (!(err = try_picture(&picture, flame, least)) && !picture.text)
		least *= 1.5;
	if (err)
		return err;
	(void)fwrite(picture.text, 1, picture.length, out);
	g_free(picture.text);
	return 0;
}

int html_section__flame(FILE *out, const struct analysis *analysis)
{
	const struct flame_wish wish = flame_wish__default();
	struct flame *flame = NULL;
	char *error = NULL;
	int err = 0;
	char *remark = g_strdup_printf("totals %s; places in the code sampled; width is time",
				       pace__label(analysis, PACE_TOTALS));

	html__section(out, "flame", "Flame graph", remark);
	g_free(remark);
	(void)fputs("<div id=\"graph\">\n", out);
	if (flame__from_analysis(&flame, analysis, &wish, &error)) {
		html__say(out, "p class=\"note\"", "Not drawn: %s.", error);
		free(error);
	} else if (flame__total(flame) > 0) {
		err = write_picture(out, flame);
	} else {
		html__say(out, "p class=\"note\"", "There is no time in this capture.");
	}
	flame__free(flame);
	(void)fputs("</div>\n", out);
	html__section_end(out);
	return err;
}
