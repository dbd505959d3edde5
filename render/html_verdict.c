// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The answer in a sentence, all thread time as one bar, and the headline figures. */
#include "render/html_parts.h"
#include "render/html_sections.h"
#include "render/sums.h"

#include <math.h>
#include <string.h>

#define RUNNERS_UP 3
#define BAR_WIDTH 1000.0

static void say_leading(FILE *out, const GPtrArray *costs, double busy)
{
	const struct cause_row *first = g_ptr_array_index(costs, 0);

	(void)fputs("<p class=\"lead\"><b>", out);
	html__put(out, first->path);
	(void)fputs("</b> took <b>", out);
	html__put(out, units__share(first->time.ns / busy).text);
	(void)fputs("</b>", out);
	html__say(out, "span", " of the time in which threads were not idle: %s of %s.",
		  units__duration(first->time.ns).text, units__duration(busy).text);
	html__put_evidence(out, html__evidence(&first->time).text);
	(void)fputs("</p>\n", out);
	html__say(out, "p class=\"sub\"", "%s", first->meaning);
}

static void say_rest(FILE *out, const GPtrArray *costs, double busy, double idle)
{
	GString *text = g_string_new(NULL);

	for (guint i = 1; i < costs->len && i <= RUNNERS_UP; i++) {
		const struct cause_row *row = g_ptr_array_index(costs, i);

		g_string_append_printf(text, "%s%s %s", i > 1 ? ", " : "Then ", row->path,
				       units__share(row->time.ns / busy).text);
	}
	html__say(out, "p class=\"sub\"", "%s%sIdle, waiting for work: %s, %s of all thread time.",
		  text->str, text->len > 0 ? ". " : "", units__duration(idle).text,
		  units__share(idle / (busy + idle)).text);
	g_string_free(text, TRUE);
}

struct group {
	const char *path; /* of its first leaf */
	int length; /* of the group's name in it */
	double ns;
};

/* The causes are in the order of their groups. */
static GArray *groups_of(const struct analysis *analysis)
{
	GArray *groups = g_array_new(FALSE, FALSE, sizeof(struct group));

	for (size_t i = 0; i < analysis->cause_count; i++) {
		const struct cause_row *row = &analysis->causes[i];
		struct group group = {row->path, (int)strcspn(row->path, "/"), row->time.ns};
		struct group *last =
			groups->len ? &g_array_index(groups, struct group, groups->len - 1) : NULL;

		if (last && last->length == group.length &&
		    memcmp(last->path, group.path, (size_t)group.length) == 0)
			last->ns += group.ns;
		else
			g_array_append_val(groups, group);
	}
	return groups;
}

static void write_bar(FILE *out, const GArray *groups, double whole)
{
	double x = 0;

	(void)fprintf(out,
		      "<svg class=\"stack\" viewBox=\"0 0 %.0f 30\" preserveAspectRatio=\"none\" "
		      "role=\"img\" aria-label=\"Thread time by group of causes, as listed "
		      "below\">",
		      BAR_WIDTH);
	for (guint i = 0; i < groups->len; i++) {
		const struct group *group = &g_array_index(groups, struct group, i);
		double width = fmax(group->ns, 0) / whole * BAR_WIDTH;

		if (width > 0)
			(void)fprintf(out,
				      "<rect class=\"%s\" x=\"%.2f\" width=\"%.2f\" "
				      "height=\"30\"/>",
				      html__cause_class(group->path), x, width);
		x += width;
	}
	(void)fputs("</svg>\n<ul class=\"legend\">", out);
	for (guint i = 0; i < groups->len; i++) {
		const struct group *group = &g_array_index(groups, struct group, i);
		char *name = g_strndup(group->path, (gsize)group->length);

		if (group->ns > 0) {
			(void)fprintf(out,
				      "<li><svg class=\"key\" viewBox=\"0 0 10 10\" "
				      "aria-hidden=\"true\"><rect class=\"%s\" width=\"10\" "
				      "height=\"10\" rx=\"2\"/></svg>",
				      html__cause_class(group->path));
			html__put(out, name);
			html__say(out, "b", "%s", units__share(group->ns / whole).text);
			(void)fputs("</li>", out);
		}
		g_free(name);
	}
	(void)fputs("</ul>\n", out);
}

static void write_card(FILE *out, const struct headline_row *row, double whole)
{
	char *whisker = html__whisker(&row->time, whole, html__cause_class(row->path));

	(void)fputs("<li>", out);
	html__say(out, "h3", "%s", row->title);
	html__say(out, "p class=\"big\"", "%s", units__share(row->share).text);
	html__say(out, "p class=\"time\"", "%s", units__duration(row->time.ns).text);
	(void)fputs(whisker, out);
	html__say(out, "p class=\"interval\"", "%s", html__interval(&row->time).text);
	html__put_evidence(out, html__evidence(&row->time).text);
	(void)fputs("</li>\n", out);
	g_free(whisker);
}

static void write_headlines(FILE *out, const struct analysis *analysis)
{
	double whole = 0;

	for (size_t i = 0; i < HEADLINE_COUNT; i++)
		whole = fmax(whole, analysis->headlines[i].time.high);
	(void)fputs("<ul class=\"cards\" aria-label=\"Headline figures: share of all thread time, "
		    "time, 95 % interval\">\n",
		    out);
	for (size_t i = 0; i < HEADLINE_COUNT; i++)
		write_card(out, &analysis->headlines[i], whole);
	(void)fputs("</ul>\n", out);
}

void html_section__verdict(FILE *out, const struct analysis *analysis)
{
	GPtrArray *costs = sums__costs(analysis);
	GArray *groups = groups_of(analysis);
	double idle = 0;
	double busy = sums__busy(analysis, &idle);

	html__section(out, "verdict", "Verdict", "shares in the bar and below: of all thread time");
	if (costs->len == 0) {
		html__say(out, "p class=\"lead\"", "Every thread was idle for all of its %s.",
			  units__duration(idle).text);
	} else {
		say_leading(out, costs, busy);
		say_rest(out, costs, busy, idle);
	}
	if (busy + idle > 0)
		write_bar(out, groups, busy + idle);
	write_headlines(out, analysis);
	html__section_end(out);
	g_array_free(groups, TRUE);
	g_ptr_array_free(costs, TRUE);
}
