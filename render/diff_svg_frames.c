// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/diff_svg.h"

#include "render/escape.h"
#include "render/units.h"

#include <inttypes.h>
#include <math.h>

static const char *const widths[WIDTH_COUNT] = {
	[WIDTH_BEFORE] = "before",
	[WIDTH_AFTER] = "after",
	[WIDTH_BOTH] = "both",
};

const struct diff_shade diff_frames__shades[DIFF_SHADES] = {
	{"l l4", -1},	{"l l3", -0.5}, {"l l2", -0.25}, {"l l1", -0.1}, {"z z0", -0.02},
	{"m m1", 0.02}, {"m m2", 0.1},	{"m m3", 0.25},	 {"m m4", 0.5},
};

static double width_px(const struct diff_node *nodes, size_t index, enum diff_width width)
{
	int64_t whole = nodes[0].total_ns[width];

	return whole > 0 ? (double)nodes[index].total_ns[width] / (double)whole * SVG_INNER : 0;
}

static bool is_drawn(const struct diff_node *nodes, size_t index)
{
	for (int width = 0; width < WIDTH_COUNT; width++) {
		if (width_px(nodes, index, width) >= SVG_MIN_WIDTH)
			return true;
	}
	return false;
}

struct diff_extent diff_frames__extent(const struct diff_node *nodes, size_t count)
{
	struct diff_extent extent = {0};

	for (size_t i = 0; i < count; i++) {
		if (!is_drawn(nodes, i))
			continue;
		extent.levels = MAX(extent.levels, nodes[i].frame->depth + 1);
		extent.rests += nodes[i].frame->kind == FLAME_REST;
	}
	return extent;
}

static const char *classes_of(const struct diff_node *node)
{
	double before = (double)node->total_ns[SIDE_BEFORE];
	double after = (double)node->total_ns[SIDE_AFTER];
	double larger = fmax(before, after);
	double change = larger > 0 ? (after - before) / larger : 0;
	size_t shade = DIFF_SHADES - 1;

	if (node->frame->kind == FLAME_REST)
		return "r r0";
	if (!node->seen[SIDE_BEFORE] && node->seen[SIDE_AFTER])
		return "new";
	if (node->seen[SIDE_BEFORE] && !node->seen[SIDE_AFTER])
		return "gone";
	while (shade > 0 && change < diff_frames__shades[shade].from)
		shade--;
	return diff_frames__shades[shade].classes;
}

/* For one of the unit, as the tables have it. */
static struct unit_text value_of(const struct comparison_unit *unit, int64_t ns)
{
	return units__duration((double)ns / unit->amount[SIDE_BEFORE]);
}

static void append_change(GString *text, const struct comparison_unit *unit, int64_t before,
			  int64_t after)
{
	GString *words = g_string_new(NULL);
	int64_t change = after - before;

	g_string_printf(words, "%s before, %s after", value_of(unit, before).text,
			value_of(unit, after).text);
	if (change && before > 0 && after > 0)
		g_string_append_printf(words, ": %s %s, %+.1f %%",
				       change > 0 ? "more by" : "less by",
				       value_of(unit, change > 0 ? change : -change).text,
				       (double)change / (double)before * 100);
	escape__xml(text, words->str, SVG_NAME_LIMIT);
	g_string_free(words, TRUE);
}

static void append_share(GString *text, const struct diff_node *nodes, size_t index, enum side side)
{
	svg_frames__append_share(text, (double)nodes[index].total_ns[side],
				 (double)nodes[0].total_ns[side]);
}

/* "12 frames": for the caller to g_free; NULL: the frame has a name. */
static char *rest_name(const struct flame_node *frame)
{
	if (frame->kind != FLAME_REST)
		return NULL;
	return g_strdup_printf("%s frame%s", units__count(frame->folded).text,
			       frame->folded == 1 ? "" : "s");
}

/* Its first line is the name: flame.js searches in it and shows it. */
static void append_tooltip(GString *text, const struct diff_picture *picture, size_t index,
			   const char *name)
{
	const struct diff_node *node = &picture->nodes[index];
	const char *only = "";

	escape__xml(text, name, SVG_NAME_LIMIT);
	if (!node->seen[SIDE_BEFORE])
		only = "new, not seen before: ";
	else if (!node->seen[SIDE_AFTER])
		only = "vanished, not seen after: ";
	g_string_append_printf(text, "\n%s", only);
	append_change(text, picture->unit, node->total_ns[SIDE_BEFORE], node->total_ns[SIDE_AFTER]);
	g_string_append(text, "; ");
	append_share(text, picture->nodes, index, SIDE_BEFORE);
	g_string_append(text, " of all before, ");
	append_share(text, picture->nodes, index, SIDE_AFTER);
	g_string_append(text, " after");
	if (!picture->grid.reversed && node->frame->kind != FLAME_REST &&
	    node->self_ns[WIDTH_BOTH] > 0 &&
	    node->self_ns[WIDTH_BOTH] < node->total_ns[WIDTH_BOTH]) {
		g_string_append(text, "; itself ");
		append_change(text, picture->unit, node->self_ns[SIDE_BEFORE],
			      node->self_ns[SIDE_AFTER]);
	}
	g_string_append_printf(text, "\n%s", svg__kinds[node->frame->kind].meaning);
	if (!node->frame->module)
		return;
	g_string_append(text, " in ");
	escape__xml(text, node->frame->module, SVG_NAME_LIMIT);
}

/* Of a rest nothing is any frame's own. */
static bool has_self(const struct diff_node *node, enum diff_width width)
{
	return node->frame->kind != FLAME_REST && node->self_ns[width] > 0;
}

/* For flame.js: where it begins, how wide it is, and what is its own. */
static void write_places(FILE *out, const struct diff_node *node)
{
	for (int width = 0; width < WIDTH_COUNT; width++) {
		(void)fprintf(out, " data-%s=\"%" PRId64 " %" PRId64, widths[width],
			      node->start_ns[width], node->total_ns[width]);
		if (has_self(node, width))
			(void)fprintf(out, " %" PRId64, node->self_ns[width]);
		(void)fputc('"', out);
	}
}

static void write_frame(FILE *out, GString *text, const struct diff_picture *picture, size_t index)
{
	const struct diff_node *node = &picture->nodes[index];
	guint depth = node->frame->depth;
	int64_t whole = picture->nodes[0].total_ns[picture->width];
	double x = SVG_PAD +
		   (double)node->start_ns[picture->width] / (double)MAX(whole, 1) * SVG_INNER;
	double width = width_px(picture->nodes, index, picture->width);
	char *rest = rest_name(node->frame);
	const char *name = rest ? rest : node->frame->name;
	char *brief = svg_frames__brief(node->frame);

	(void)fprintf(out,
		      "<g class=\"f %s\" data-x=\"%" PRId64 "\" data-w=\"%" PRId64
		      "\" data-d=\"%u\"",
		      classes_of(node), node->start_ns[picture->width],
		      node->total_ns[picture->width], depth);
	if (has_self(node, picture->width))
		(void)fprintf(out, " data-s=\"%" PRId64 "\"", node->self_ns[picture->width]);
	write_places(out, node);
	if (node->frame->is_leaf)
		(void)fputs(" data-l=\"\"", out);
	g_string_truncate(text, 0);
	svg_frames__append_brief(text, brief);
	g_string_append(text, "><title>");
	append_tooltip(text, picture, index, name);
	(void)fprintf(out, "%s</title>", text->str);
	svg_frames__write_box(out, name, brief, x, width, svg_grid__y(&picture->grid, depth));
	(void)fputs("</g>\n", out);
	g_free(brief);
	g_free(rest);
}

void diff_frames__write(FILE *out, const struct diff_picture *picture)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < picture->count; i++) {
		if (is_drawn(picture->nodes, i))
			write_frame(out, text, picture, i);
	}
	(void)fprintf(out, "<rect id=\"cursor\" height=\"%d\" rx=\"2\"/>\n", SVG_ROW - 1);
	g_string_free(text, TRUE);
}

void diff_frames__write_hatches(FILE *out)
{
	static const char *const names[] = {"new", "gone"};

	(void)fputs("<defs>", out);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		(void)fprintf(out,
			      "<pattern id=\"%s\" width=\"6\" height=\"6\" "
			      "patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\"/>"
			      "<path d=\"M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2\"/></pattern>",
			      names[i]);
	(void)fputs("</defs>\n", out);
}

void diff_frames__append_switch(GString *markup, enum diff_width shown)
{
	static const enum diff_width order[] = {WIDTH_BEFORE, WIDTH_AFTER, WIDTH_BOTH};

	g_string_append(markup, "<span class=\"word\">Width:</span>");
	for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
		g_string_append_printf(markup,
				       "<button type=\"button\" data-width=\"%s\" "
				       "aria-pressed=\"%s\">%s</button>",
				       widths[order[i]], order[i] == shown ? "true" : "false",
				       widths[order[i]]);
}
