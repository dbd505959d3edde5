// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The text report on why: verdict, headline figures, causes, kernel locks. */
#include "render/sums.h"
#include "render/text_lines.h"
#include "render/text_sections.h"

#include <glib.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define RUNNERS_UP 3
#define MEANING_SHARE 0.01 /* causes below are listed, not explained */
#define MAX_LOCKS 10

static void write_runners_up(FILE *out, const GPtrArray *costs, double busy)
{
	GString *text = g_string_new(NULL);

	for (guint i = 1; i < costs->len && i <= RUNNERS_UP; i++) {
		const struct cause_row *row = g_ptr_array_index(costs, i);

		g_string_append_printf(text, "%s%s %s", i > 1 ? ", " : "Then: ", row->path,
				       units__share(row->time.ns / busy).text);
	}
	if (text->len > 0)
		text__say(out, 2, "%s.", text->str);
	g_string_free(text, TRUE);
}

static void say_leading(FILE *out, const GPtrArray *costs, double busy)
{
	const struct cause_row *first = g_ptr_array_index(costs, 0);

	text__say(out, 2, "%s took %s, %s of the %s in which threads were not idle (%s). %s",
		  first->path, units__duration(first->time.ns).text,
		  units__share(first->time.ns / busy).text, units__duration(busy).text,
		  text__evidence(&first->time).text, first->meaning);
	write_runners_up(out, costs, busy);
}

void text_section__verdict(FILE *out, const struct analysis *analysis)
{
	GPtrArray *costs = sums__costs(analysis);
	double idle = 0;
	double busy = sums__busy(analysis, &idle);

	text__heading(out, "VERDICT", "");
	if (costs->len == 0) {
		text__say(out, 2, "Every thread was idle for all of its %s.",
			  units__duration(idle).text);
	} else {
		say_leading(out, costs, busy);
		text__say(out, 2, "Idle, waiting for work: %s, %s of all thread time.",
			  units__duration(idle).text, units__share(idle / (busy + idle)).text);
	}
	g_ptr_array_free(costs, TRUE);
}

static const struct text_column cause_columns[] = {
	{"", 26}, {"time", -10}, {"share", -8}, {"95 % interval", -24}, {"evidence", 16},
};
static const struct text_table cause_table = TEXT_TABLE(cause_columns);

void text_section__headlines(FILE *out, const struct analysis *analysis)
{
	text__heading(out, "HEADLINES", "share of all thread time");
	text__titles(out, &cause_table);
	for (size_t i = 0; i < HEADLINE_COUNT; i++) {
		const struct headline_row *row = &analysis->headlines[i];

		text__row(out, &cause_table,
			  (const char *[]){row->title, units__duration(row->time.ns).text,
					   units__share(row->share).text,
					   text__interval(&row->time).text,
					   text__evidence(&row->time).text});
	}
}

static size_t group_length(const struct cause_row *row)
{
	return strcspn(row->path, "/");
}

static bool same_group(const struct cause_row *a, const struct cause_row *b)
{
	return group_length(a) == group_length(b) && memcmp(a->path, b->path, group_length(a)) == 0;
}

/* The line above the leaves of a group: a plain sum. */
static void write_group(FILE *out, const struct analysis *analysis, size_t first)
{
	const struct cause_row *head = &analysis->causes[first];
	char *name = g_strndup(head->path, group_length(head));
	double ns = 0;
	double share = 0;

	for (size_t i = first; i < analysis->cause_count && same_group(head, &analysis->causes[i]);
	     i++) {
		ns += analysis->causes[i].time.ns;
		share += analysis->causes[i].share;
	}
	text__row(
		out, &cause_table,
		(const char *[]){name, units__duration(ns).text, units__share(share).text, "", ""});
	g_free(name);
}

static void write_leaf(FILE *out, const struct cause_row *row)
{
	bool grouped = row->path[group_length(row)] == '/';
	char *name = g_strconcat(grouped ? "  " : "",
				 grouped ? strchr(row->path, '/') + 1 : row->path, NULL);

	text__row(out, &cause_table,
		  (const char *[]){name, units__duration(row->time.ns).text,
				   units__share(row->share).text, text__interval(&row->time).text,
				   text__evidence(&row->time).text});
	if (row->share >= MEANING_SHARE)
		text__paragraph(out, 6, row->meaning);
	g_free(name);
}

static bool is_seen(const struct cause_row *row)
{
	return row->time.ns > 0;
}

static bool is_group_seen(const struct analysis *analysis, const struct cause_row *row)
{
	for (size_t i = 0; i < analysis->cause_count; i++)
		if (same_group(&analysis->causes[i], row) && is_seen(&analysis->causes[i]))
			return true;
	return false;
}

/* Causes of which no sample was drawn: groups by their name when none of their leaves was seen. */
static void name_unseen(FILE *out, const struct analysis *analysis)
{
	const struct cause_row *before = NULL;
	GString *names = g_string_new(NULL);
	double high = 0;

	for (size_t i = 0; i < analysis->cause_count; i++) {
		const struct cause_row *row = &analysis->causes[i];
		bool whole = !is_group_seen(analysis, row);

		if (is_seen(row))
			continue;
		high = fmax(high, row->time.high);
		if (!whole || !before || !same_group(row, before))
			g_string_append_printf(names, "%s%.*s", names->len > 0 ? ", " : "",
					       whole ? (int)group_length(row) : INT_MAX, row->path);
		before = row;
	}
	if (names->len > 0)
		text__say(out, 2, "Not seen%s%s%s: %s.", high > 0 ? ", each less than " : "",
			  high > 0 ? units__duration(high).text : "", high > 0 ? " (95 %)" : "",
			  names->str);
	g_string_free(names, TRUE);
}

void text_section__causes(FILE *out, const struct analysis *analysis)
{
	const struct cause_row *before = NULL;

	text__heading(out, "CAUSES", "share of all thread time");
	text__titles(out, &cause_table);
	for (size_t i = 0; i < analysis->cause_count; i++) {
		const struct cause_row *row = &analysis->causes[i];

		if (!is_seen(row))
			continue;
		if (row->idle && !(before && before->idle))
			text__paragraph(out, 2, "-- waiting for work, no cost --");
		if (row->path[group_length(row)] == '/' && !(before && same_group(row, before)))
			write_group(out, analysis, i);
		write_leaf(out, row);
		before = row;
	}
	name_unseen(out, analysis);
}

static const struct text_column lock_columns[] = {
	{"address", 18}, {"kind", 13},	  {"wanted in", 27}, {"waits", -9},
	{"total", -9},	 {"longest", -9}, {"threads", -7},
};

void text_section__locks(FILE *out, const struct analysis *analysis)
{
	static const struct text_table table = TEXT_TABLE(lock_columns);

	text__heading(out, "KERNEL LOCKS", "waits on the slow path; exact");
	if (analysis->lock_count == 0) {
		text__paragraph(out, 2,
				strcmp(analysis->capture.lock_backend, "none") == 0
					? "Not measured: neither lock contention tracepoints nor "
					  "the functions of the slow paths were open to wallflame."
					: "No thread waited for a kernel lock.");
		return;
	}
	text__titles(out, &table);
	for (size_t i = 0; i < analysis->lock_count && i < MAX_LOCKS; i++) {
		const struct lock_row *row = &analysis->locks[i];
		char address[24];

		(void)snprintf(address, sizeof(address), "0x%" PRIx64, row->address);
		text__row(out, &table,
			  (const char *[]){address, row->kind,
					   row->where ? row->where : "(no stack drawn)",
					   units__short_count(row->count).text,
					   units__duration((double)row->ns).text,
					   units__duration((double)row->max_ns).text,
					   units__short_count(row->threads).text});
	}
	if (analysis->lock_count > MAX_LOCKS)
		text__say(out, 2, "and %s more locks: see the JSON report",
			  units__count((int64_t)(analysis->lock_count - MAX_LOCKS)).text);
}
