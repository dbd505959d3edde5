// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/svg_tooltip.h"

#include "render/escape.h"
#include "render/svg.h"
#include "render/units.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

void svg_frames__append_share(GString *text, double part, double whole)
{
	escape__xml(text, units__share(whole > 0 ? part / whole : 0).text, SVG_NAME_LIMIT);
}

static void append_value(GString *text, int64_t value, bool is_time)
{
	if (is_time) {
		g_string_append(text, units__duration((double)value).text);
		g_string_append(text, " (");
	}
	g_string_append(text, units__count(value).text);
	g_string_append(text, is_time ? " ns)" : " (in the unit of the file)");
}

void svg_frames__evidence(GString *text, const struct flame_node *node)
{
	const char *between = "";
	double sum = 0;

	for (size_t basis = 0; basis <= BASIS_COUNT; basis++)
		sum += node->basis[basis];
	for (size_t basis = 0; basis <= BASIS_COUNT; basis++) {
		if (node->basis[basis] <= 0)
			continue;
		g_string_append(text, between);
		g_string_append(text, basis == BASIS_COUNT ? "the file's own count"
							   : basis__name((enum basis)basis));
		if (node->basis[basis] < sum) {
			g_string_append_c(text, ' ');
			svg_frames__append_share(text, node->basis[basis], sum);
		}
		between = ", ";
	}
}

/* "; source: /src/a.c:12", or a range of lines where it was seen at several. */
static void append_source(GString *text, const struct flame_node *node)
{
	if (!node->file)
		return;
	g_string_append(text, "; source: ");
	escape__xml(text, node->file, SVG_NAME_LIMIT);
	if (node->first_line)
		g_string_append_printf(text, ":%" PRIu32, node->first_line);
	if (node->last_line > node->first_line)
		g_string_append_printf(text, "-%" PRIu32, node->last_line);
}

static void append_whole_name(GString *text, const struct flame_node *node)
{
	if (!node->whole_name || strcmp(node->whole_name, node->name) == 0)
		return;
	g_string_append(text, node->whole_name == flame__several_names ? "of " : "whole name: ");
	escape__xml(text, node->whole_name, SVG_NAME_LIMIT);
	g_string_append_c(text, '\n');
}

char *svg_tooltip__rest_name(const struct flame_node *node, bool is_time)
{
	return g_strdup_printf("%s frame%s, %s", units__count(node->folded).text,
			       node->folded == 1 ? "" : "s",
			       is_time ? units__duration((double)node->total_ns).text
				       : units__count(node->total_ns).text);
}

static void append_interval(GString *text, const struct figure *time)
{
	if (time->high > time->low)
		g_string_append_printf(text, ", 95 %% interval %s to %s",
				       units__duration(time->low).text,
				       units__duration(time->high).text);
}

/* A sum may be exact though its parts are not; or nobody may know how unsure it is. */
static void append_exactness(GString *text, const struct flame_node *node)
{
	const struct figure *time = &node->time;

	if (isnan(time->low))
		g_string_append(text, "; its interval is not known");
	else if (time->ns > 0 && time->high <= time->low &&
		 node->basis[BASIS_SAMPLED] + node->basis[BASIS_ESTIMATED] > 0)
		g_string_append(text, "; the sum is exact");
}

static void append_shares(GString *text, const struct svg_nodes *of, const struct flame_node *node)
{
	const struct flame_node *root = &of->nodes[0], *parent = &of->nodes[node->parent];

	svg_frames__append_share(text, (double)node->total_ns, (double)root->total_ns);
	g_string_append(text, of->whole > root->total_ns ? " of all that is shown" : " of all");
	if (node->depth > 1) {
		g_string_append(text, ", ");
		svg_frames__append_share(text, (double)node->total_ns, (double)parent->total_ns);
		g_string_append(text, " of its caller");
	}
	if (of->whole > root->total_ns) {
		g_string_append(text, ", ");
		svg_frames__append_share(text, (double)node->total_ns, (double)of->whole);
		g_string_append(text, " of all thread time");
	}
}

void svg_tooltip__append(GString *text, const struct svg_nodes *of, size_t index, const char *name)
{
	const struct flame_node *node = &of->nodes[index];

	escape__xml(text, name, SVG_NAME_LIMIT);
	g_string_append_c(text, '\n');
	append_whole_name(text, node);
	append_value(text, node->total_ns, of->is_time);
	append_interval(text, &node->time);
	g_string_append(text, ", ");
	append_shares(text, of, node);
	if (node->kind == FLAME_REST) {
		g_string_append_c(text, '\n');
		g_string_append(text, svg__kinds[node->kind].meaning);
		return;
	}
	if (!of->reversed && node->self_ns > 0 && node->self_ns < node->total_ns) {
		g_string_append(text, "; itself ");
		append_value(text, node->self_ns, of->is_time);
	}
	g_string_append_c(text, '\n');
	g_string_append(text, svg__kinds[node->kind].meaning);
	if (node->module) {
		g_string_append(text, " in ");
		escape__xml(text, node->module, SVG_NAME_LIMIT);
	}
	append_source(text, node);
	if (node->kind != FLAME_CAUSE && node->waits < GROUP_COUNT)
		g_string_append_printf(text, "; waits: %s", cause_group__name(node->waits));
	g_string_append(text, "; evidence: ");
	svg_frames__evidence(text, node);
	append_exactness(text, node);
}
