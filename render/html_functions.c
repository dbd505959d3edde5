// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Named places of the kernel: by stacks, then by their own calls and times. */
#include "render/html_parts.h"
#include "render/html_sections.h"
#include "render/pace_lines.h"

#include <math.h>
#include <string.h>

static const struct html_column time_columns[] = {
	{"probe point", HTML_TEXT},  {"function", HTML_CODE},
	{"blocked", HTML_NUMBER},    {"of blocked", HTML_NUMBER},
	{"wall", HTML_NUMBER},	     {"of all", HTML_NUMBER},
	{"", HTML_GRAPHIC},	     {"95 % interval of wall", HTML_NUMBER},
	{"evidence", HTML_EVIDENCE}, {"lock", HTML_TEXT},
};

static void write_times(FILE *out, const struct analysis *analysis)
{
	static const struct html_table table = HTML_TABLE(time_columns);
	double whole = 0;

	for (size_t i = 0; i < analysis->function_count; i++)
		whole = fmax(whole, analysis->functions[i].wall.high);
	html_table__begin(out, &table, "Hot functions by time under them");
	for (size_t i = 0; i < analysis->function_count; i++) {
		const struct function_row *row = &analysis->functions[i];
		char *whisker = html__whisker(&row->wall, whole, "c-cpu");

		html_table__row(out, &table, NULL,
				(const char *[]){row->name,
						 row->symbol ? row->symbol : "(not seen)",
						 units__duration(row->blocked.ns).text,
						 units__share(row->blocked_share).text,
						 units__duration(row->wall.ns).text,
						 units__share(row->wall_share).text, whisker,
						 html__interval(&row->wall).text,
						 html__evidence(&row->wall).text,
						 row->lock ? row->lock : ""});
		g_free(whisker);
	}
	html_table__end(out);
}

static const struct html_column call_columns[] = {
	{"probe point", HTML_TEXT},
	{"backend", HTML_TEXT},
	{"count", HTML_NUMBER},
	{"of", HTML_TEXT},
	{"timed", HTML_NUMBER},
	{"inside", HTML_NUMBER},
	{"95 % interval", HTML_NUMBER},
	{"evidence", HTML_EVIDENCE},
	{"", HTML_TEXT},
};

static void write_calls_of(FILE *out, const struct analysis *analysis,
			   const struct html_table *table, const struct function_row *row)
{
	bool timed = row->latency.timed > 0;
	const char *inexact = pace__is_bounded(analysis)
				      ? "count not exact, see Losses and the budget"
				      : "count not exact, see Losses";

	html_table__row(
		out, table, NULL,
		(const char *[]){row->name, row->backend,
				 row->calls < 0 ? "\xe2\x80\x93"
						: units__short_count(row->calls).text,
				 row->counts ? row->counts : "",
				 timed ? units__count(row->latency.timed).text : "\xe2\x80\x93",
				 timed ? units__duration(row->inside.ns).text : "\xe2\x80\x93",
				 timed ? html__interval(&row->inside).text : "",
				 timed ? html__evidence(&row->inside).text : "",
				 row->calls >= 0 && !row->calls_exact ? inexact : ""});
}

static gboolean is_told_alike(const struct function_row *left, const struct function_row *right)
{
	return right->note && strcmp(left->note, right->note) == 0 &&
	       strcmp(left->backend, right->backend) == 0;
}

/* Points of one backend and one reason for it are told in one line, by the first of them. */
static void write_note(FILE *out, const struct analysis *analysis, size_t first)
{
	const struct function_row *row = &analysis->functions[first];
	GString *names = g_string_new(row->name);
	gboolean told = FALSE;

	for (size_t i = 0; i < first; i++)
		told |= is_told_alike(row, &analysis->functions[i]);
	for (size_t i = first + 1; i < analysis->function_count; i++) {
		if (is_told_alike(row, &analysis->functions[i]))
			g_string_append_printf(names, ", %s", analysis->functions[i].name);
	}
	if (!told)
		html__say(out, "p class=\"note\"", "%s: by %s. %s", names->str, row->backend,
			  row->note);
	g_string_free(names, TRUE);
}

void html_section__functions(FILE *out, const struct analysis *analysis)
{
	static const struct html_table calls = HTML_TABLE(call_columns);

	html__section(out, "functions", "Hot functions",
		      "time under the kernel's known slow places, by stacks");
	write_times(out, analysis);
	(void)fputs(
		"<h3>Their calls</h3>\n<p class=\"remark\">counts exact unless the row says no; "
		"times as the points took them</p>\n",
		out);
	html_table__begin(out, &calls, "Calls of the hot functions");
	for (size_t i = 0; i < analysis->function_count; i++)
		write_calls_of(out, analysis, &calls, &analysis->functions[i]);
	html_table__end(out);
	for (size_t i = 0; i < analysis->function_count; i++) {
		if (analysis->functions[i].note)
			write_note(out, analysis, i);
	}
	html__section_end(out);
}
