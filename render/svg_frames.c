// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/svg.h"

#include "render/escape.h"
#include "render/flame_stack.h"
#include "render/shorten.h"
#include "render/svg_tooltip.h"
#include "render/units.h"

#include <inttypes.h>
#include <string.h>

#define TEXT_PAD 4
#define GLYPH_WIDTH 6.95 /* of the 11.5 px monospaced fonts of flame.css, the widest of them */
#define SHADES 5

const struct svg_kind svg__kinds[FLAME_KIND_COUNT] = {
	[FLAME_GROUP] = {'g', "process, thread", "process or thread"},
	[FLAME_CAUSE] = {'c', "cause", "cause"},
	[FLAME_USER] = {'u', "user", "user code"},
	[FLAME_JIT] = {'j', "JIT", "JIT-compiled user code"},
	[FLAME_INLINED] = {'i', "inlined", "inlined user code"},
	[FLAME_KERNEL] = {'k', "kernel", "kernel code"},
	[FLAME_NOTE] = {'n', "remark", "a remark, no code"},
	[FLAME_REST] = {'r', "small frames", "frames too small to be drawn one by one"},
};

static double width_px(const struct flame_node *node, int64_t whole)
{
	return whole > 0 ? (double)node->total_ns / (double)whole * SVG_INNER : 0;
}

static gboolean is_drawn(const struct flame_node *node, int64_t whole)
{
	return width_px(node, whole) >= SVG_MIN_WIDTH;
}

enum cause_group svg_frames__group(const struct flame_node *nodes, size_t index)
{
	enum flame_kind kind = nodes[index].kind;

	/* Other remarks, inside a stack, are no place to wait in. */
	if (kind == FLAME_KERNEL || (kind == FLAME_NOTE && flame_stack__is_end(nodes[index].name)))
		return nodes[index].waits;
	if (kind != FLAME_CAUSE)
		return GROUP_COUNT;
	while (nodes[index].depth > 1)
		index = nodes[index].parent;
	return cause_group__of(nodes[index].name);
}

struct svg_extent svg_frames__extent(const struct flame_tree *tree)
{
	struct svg_extent extent = {0};
	size_t count;
	const struct flame_node *nodes = flame_tree__nodes(tree, &count);
	int64_t whole = nodes[0].total_ns;

	for (size_t i = 0; i < count && whole > 0; i++) {
		enum cause_group group;

		if (!is_drawn(&nodes[i], whole))
			continue;
		extent.levels = MAX(extent.levels, nodes[i].depth + 1);
		group = svg_frames__group(nodes, i);
		if (group < GROUP_COUNT)
			extent.groups[group] = TRUE;
		else
			extent.kinds[nodes[i].kind] = TRUE;
		extent.rests += nodes[i].kind == FLAME_REST;
	}
	return extent;
}

/* FNV-1a: the same name has the same shade in every picture. */
static unsigned int shade(const char *name)
{
	guint32 hash = 2166136261U;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619U;
	return hash % SHADES;
}

char *svg_frames__brief(const struct flame_node *node)
{
	GString *name;

	if (!flame_kind__is_program(node->kind) || node->whole_name)
		return NULL;
	name = g_string_new(NULL);
	shorten__name(name, node->name);
	return g_string_free(name, strcmp(name->str, node->name) == 0);
}

void svg_frames__append_brief(GString *text, const char *brief)
{
	if (!brief)
		return;
	g_string_append(text, " data-n=\"");
	escape__xml(text, brief, SVG_NAME_LIMIT);
	g_string_append_c(text, '"');
}

void svg_frames__write_box(FILE *out, const char *name, const char *brief, double x, double width,
			   int y)
{
	size_t columns = (size_t)MAX(0, (width - 2 * TEXT_PAD) / GLYPH_WIDTH);
	const char *shown = brief && escape__columns(name) > columns ? brief : name;
	GString *text = g_string_new(NULL);

	(void)fprintf(out, "<rect x=\"%s\" y=\"%d\" width=\"%s\" height=\"%d\" rx=\"2\"/>",
		      units__fixed(x, 2).text, y,
		      units__fixed(width > 3 ? width - 0.8 : width, 2).text, SVG_ROW - 1);
	escape__xml_fit(text, shown, columns);
	if (text->len > 0)
		(void)fprintf(out, "<text x=\"%s\" y=\"%s\">%s</text>",
			      units__fixed(x + TEXT_PAD, 2).text,
			      units__fixed(y + SVG_ROW - 5.5, 1).text, text->str);
	g_string_free(text, TRUE);
}

int svg_grid__y(const struct svg_grid *grid, guint depth)
{
	return grid->top + (int)(grid->hanging ? depth : grid->levels - 1 - depth) * SVG_ROW;
}

void svg_grid__write(FILE *out, const struct svg_grid *grid, int height)
{
	(void)fprintf(out,
		      "id=\"frames\" role=\"tree\" aria-label=\"Call tree\" data-pad=\"%d\" "
		      "data-row=\"%d\" data-top=\"%d\" data-levels=\"%u\" data-width=\"%d\" "
		      "data-height=\"%d\"",
		      SVG_PAD, SVG_ROW, grid->top, grid->levels, SVG_WIDTH, height);
	if (grid->hanging)
		(void)fputs(" data-hanging=\"\"", out);
	if (grid->reversed)
		(void)fputs(" data-reversed=\"\"", out);
}

static void write_frame(FILE *out, GString *text, const struct svg_nodes *of, size_t index, int y)
{
	const struct flame_node *node = &of->nodes[index];
	int64_t whole = of->nodes[0].total_ns;
	double x = SVG_PAD + (double)node->start_ns / (double)whole * SVG_INNER;
	double width = width_px(node, whole);
	char letter = svg__kinds[node->kind].letter;
	enum cause_group group = svg_frames__group(of->nodes, index);
	char *rest = node->kind == FLAME_REST ? svg_tooltip__rest_name(node, of->is_time) : NULL;
	const char *name = rest ? rest : node->name;
	char *brief = svg_frames__brief(node);

	g_string_truncate(text, 0);
	if (!rest && node->self_ns > 0)
		g_string_append_printf(text, " data-s=\"%" PRId64 "\"", node->self_ns);
	if (node->is_leaf)
		g_string_append(text, " data-l=\"\"");
	svg_frames__append_brief(text, brief);
	(void)fprintf(out, "<g class=\"f %c ", letter);
	if (group < GROUP_COUNT)
		(void)fputs(cause_group__class(group), out);
	else
		(void)fprintf(out, "%c%u", letter, rest ? 0 : shade(name));
	(void)fprintf(out,
		      "\" data-x=\"%" PRId64 "\" data-w=\"%" PRId64 "\" data-d=\"%u\"%s><title>",
		      node->start_ns, node->total_ns, node->depth, text->str);
	g_string_truncate(text, 0);
	svg_tooltip__append(text, of, index, name);
	(void)fputs(text->str, out);
	(void)fputs("</title>", out);
	svg_frames__write_box(out, name, brief, x, width, y);
	(void)fputs("</g>\n", out);
	g_free(brief);
	g_free(rest);
}

void svg_frames__write(FILE *out, const struct flame *flame, const struct flame_tree *tree,
		       const struct svg_grid *grid)
{
	struct svg_nodes of = {.whole = flame__whole(flame),
			       .is_time = flame__is_time(flame),
			       .reversed = flame__is_reversed(flame)};
	GString *text = g_string_new(NULL);

	of.nodes = flame_tree__nodes(tree, &of.count);
	for (size_t i = 0; i < of.count; i++) {
		if (is_drawn(&of.nodes[i], of.nodes[0].total_ns))
			write_frame(out, text, &of, i, svg_grid__y(grid, of.nodes[i].depth));
	}
	(void)fprintf(out, "<rect id=\"cursor\" height=\"%d\" rx=\"2\"/>\n", SVG_ROW - 1);
	g_string_free(text, TRUE);
}
