// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The text report on named places of the kernel: by stacks, then by their own calls and times. */
#include "render/pace_lines.h"
#include "render/text_lines.h"
#include "render/text_sections.h"

#include <glib.h>
#include <string.h>

static const struct text_column time_columns[] = {
	{"probe point", 15}, {"function", 30}, {"blocked", -9},	 {"share", -7},
	{"wall", -9},	     {"share", -7},    {"evidence", 15},
};

static void add_interval(GString *text, const char *name, const struct figure *figure)
{
	if (figure->high > figure->low && (figure->basis == BASIS_ESTIMATED ||
					   (figure->basis == BASIS_SAMPLED && figure->ns > 0)))
		g_string_append_printf(text, "%s: %s; ", name, text__interval(figure).text);
}

/* Parts that each end in "; ". Takes the text. */
static void write_parts(FILE *out, GString *text)
{
	if (text->len > 0) {
		g_string_truncate(text, text->len - 2);
		text__paragraph(out, 6, text->str);
	}
	g_string_free(text, TRUE);
}

static void write_times(FILE *out, const struct function_row *row)
{
	static const struct text_table table = TEXT_TABLE(time_columns);
	GString *parts = g_string_new(NULL);

	text__row(out, &table,
		  (const char *[]){
			  row->name, row->symbol ? row->symbol : "(not seen)",
			  units__duration(row->blocked.ns).text,
			  units__share(row->blocked_share).text, units__duration(row->wall.ns).text,
			  units__share(row->wall_share).text, text__evidence(&row->wall).text});
	add_interval(parts, "blocked", &row->blocked);
	add_interval(parts, "wall", &row->wall);
	if (row->lock)
		g_string_append_printf(parts, "lock: %s; ", row->lock);
	write_parts(out, parts);
}

static const struct text_column call_columns[] = {
	{"probe point", 15}, {"backend", 12}, {"count", -9}, {"of", 6},	  {"inside", -8},
	{"evidence", 15},    {"p50", -8},     {"p99", -8},   {"max", -8},
};

static void write_calls(FILE *out, const struct analysis *analysis, const struct function_row *row)
{
	static const struct text_table table = TEXT_TABLE(call_columns);
	const struct latency *latency = &row->latency;
	bool timed = latency->timed > 0;
	GString *parts = g_string_new(NULL);

	text__row(out, &table,
		  (const char *[]){row->name, row->backend,
				   row->calls < 0 ? "-" : units__short_count(row->calls).text,
				   row->counts ? row->counts : "",
				   timed ? units__duration(row->inside.ns).text : "-",
				   timed ? text__evidence(&row->inside).text : "-",
				   timed ? units__duration(latency->p50_ns).text : "-",
				   timed ? units__duration(latency->p99_ns).text : "-",
				   timed ? units__duration(latency->max_ns).text : "-"});
	if (row->calls >= 0 && !row->calls_exact)
		g_string_append_printf(parts, "count: not exact, see LOSSES%s; ",
				       pace__is_bounded(analysis) ? " and the budget" : "");
	if (timed)
		add_interval(parts, "inside", &row->inside);
	if (timed && !latency->exact)
		g_string_append_printf(parts, "timed: %s; ", units__count(latency->timed).text);
	write_parts(out, parts);
}

static bool is_told_alike(const struct function_row *left, const struct function_row *right)
{
	return right->note && strcmp(left->note, right->note) == 0 &&
	       strcmp(left->backend, right->backend) == 0;
}

/* Points of one backend and one reason for it are told in one line, by the first of them. */
static void write_note(FILE *out, const struct analysis *analysis, size_t first)
{
	const struct function_row *row = &analysis->functions[first];
	GString *names = g_string_new(row->name);

	for (size_t i = 0; i < first; i++) {
		if (is_told_alike(row, &analysis->functions[i])) {
			g_string_free(names, TRUE);
			return;
		}
	}
	for (size_t i = first + 1; i < analysis->function_count; i++) {
		if (is_told_alike(row, &analysis->functions[i]))
			g_string_append_printf(names, ", %s", analysis->functions[i].name);
	}
	text__say(out, 2, "%s: by %s. %s", names->str, row->backend, row->note);
	g_string_free(names, TRUE);
}

void text_section__functions(FILE *out, const struct analysis *analysis)
{
	static const struct text_table times = TEXT_TABLE(time_columns);
	static const struct text_table calls = TEXT_TABLE(call_columns);

	text__heading(out, "HOT FUNCTIONS",
		      "blocked: of all blocked time; wall: of all thread time");
	text__titles(out, &times);
	for (size_t i = 0; i < analysis->function_count; i++)
		write_times(out, &analysis->functions[i]);
	text__heading(out, "CALLS OF THE HOT FUNCTIONS",
		      "counts exact unless the row says no; times as the points took them");
	text__titles(out, &calls);
	for (size_t i = 0; i < analysis->function_count; i++)
		write_calls(out, analysis, &analysis->functions[i]);
	for (size_t i = 0; i < analysis->function_count; i++) {
		if (analysis->functions[i].note)
			write_note(out, analysis, i);
	}
}
