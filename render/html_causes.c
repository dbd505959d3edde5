// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Every cause with its interval, in groups. */
#include "render/html_parts.h"
#include "render/html_sections.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static const struct html_column columns[] = {
	{"cause", HTML_TEXT},	    {"time", HTML_NUMBER},	    {"share", HTML_NUMBER},
	{"", HTML_GRAPHIC},	    {"95 % interval", HTML_NUMBER}, {"evidence", HTML_EVIDENCE},
	{"what it is", HTML_PROSE},
};
static const struct html_table table = HTML_TABLE(columns);

static int group_length(const struct cause_row *row)
{
	return (int)strcspn(row->path, "/");
}

static bool same_group(const struct cause_row *a, const struct cause_row *b)
{
	return group_length(a) == group_length(b) &&
	       memcmp(a->path, b->path, (size_t)group_length(a)) == 0;
}

/* The line above the leaves of a group: a plain sum. */
static void write_group(FILE *out, const struct analysis *analysis, size_t first)
{
	const struct cause_row *head = &analysis->causes[first];
	char *name = g_strndup(head->path, (gsize)group_length(head));
	double ns = 0;
	double share = 0;

	for (size_t i = first; i < analysis->cause_count && same_group(head, &analysis->causes[i]);
	     i++) {
		ns += analysis->causes[i].time.ns;
		share += analysis->causes[i].share;
	}
	html_table__row(out, &table, "group",
			(const char *[]){name, units__duration(ns).text, units__share(share).text,
					 "", "", "",
					 head->idle ? "Waiting for work, no cost." : ""});
	g_free(name);
}

static void write_leaf(FILE *out, const struct cause_row *row, double whole)
{
	bool grouped = row->path[group_length(row)] == '/';
	char *whisker = html__whisker(&row->time, whole, html__cause_class(row->path));

	html_table__row(out, &table, grouped ? "leaf" : "group",
			(const char *[]){grouped ? strchr(row->path, '/') + 1 : row->path,
					 units__duration(row->time.ns).text,
					 units__share(row->share).text, whisker,
					 html__interval(&row->time).text,
					 html__evidence(&row->time).text, row->meaning});
	g_free(whisker);
}

static void name_unseen(FILE *out, const struct analysis *analysis)
{
	GString *names = g_string_new(NULL);
	double high = 0;

	for (size_t i = 0; i < analysis->cause_count; i++) {
		const struct cause_row *row = &analysis->causes[i];

		if (row->time.ns > 0)
			continue;
		high = fmax(high, row->time.high);
		g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", row->path);
	}
	if (names->len > 0)
		html__say(out, "p class=\"note\"", "Not seen%s%s%s: %s.",
			  high > 0 ? ", each less than " : "",
			  high > 0 ? units__duration(high).text : "", high > 0 ? " (95 %)" : "",
			  names->str);
	g_string_free(names, TRUE);
}

void html_section__causes(FILE *out, const struct analysis *analysis)
{
	const struct cause_row *before = NULL;
	double whole = 0;

	html__section(out, "causes", "Causes",
		      "share of all thread time; the dot is the time, the line its 95 % interval");
	for (size_t i = 0; i < analysis->cause_count; i++)
		whole = fmax(whole, analysis->causes[i].time.high);
	html_table__begin(out, &table, "Causes");
	for (size_t i = 0; i < analysis->cause_count; i++) {
		const struct cause_row *row = &analysis->causes[i];

		if (row->time.ns <= 0)
			continue;
		if (row->path[group_length(row)] == '/' && !(before && same_group(row, before)))
			write_group(out, analysis, i);
		write_leaf(out, row, whole);
		before = row;
	}
	html_table__end(out);
	name_unseen(out, analysis);
	html__section_end(out);
}
