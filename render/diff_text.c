// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The comparison for people. Verdicts are words: nothing is said by colour. */
#include "render/diff_lines.h"
#include "render/formats.h"
#include "render/text_lines.h"

#include <glib.h>
#include <math.h>
#include <string.h>

static const struct text_column columns[] = {
	{NULL, 25},	 {"before", -9},	 {"after", -9},
	{"change", -10}, {"95 % interval", -23}, {"", 17},
};

void diff_lines__titles(FILE *out, const char *title)
{
	struct text_column titled[G_N_ELEMENTS(columns)];
	const struct text_table table = TEXT_TABLE(titled);

	memcpy(titled, columns, sizeof(titled));
	titled[0].title = title;
	text__titles(out, &table);
}

/* "+1.234 ms", "-5 ns". */
static struct unit_text signed_duration(double ns)
{
	struct unit_text value = units__duration(fabs(ns));
	struct unit_text out;

	(void)snprintf(out.text, sizeof(out.text), "%s%.40s",
		       ns < 0	? "-"
		       : ns > 0 ? "+"
				: "",
		       value.text);
	return out;
}

static struct unit_text interval(const struct change_row *row)
{
	struct unit_text out = {"not known"};

	if (isfinite(row->low) && isfinite(row->high))
		(void)snprintf(out.text, sizeof(out.text), "%.20s .. %.20s",
			       signed_duration(row->low).text, signed_duration(row->high).text);
	return out;
}

/* "more, +12.3 %". */
static struct unit_text judgement(const struct change_row *row)
{
	double before = row->side[SIDE_BEFORE].value;
	struct unit_text out;

	if (row->verdict != VERDICT_MORE && row->verdict != VERDICT_LESS)
		(void)snprintf(out.text, sizeof(out.text), "%s", verdict__name(row->verdict));
	else if (before <= 0)
		(void)snprintf(out.text, sizeof(out.text), "more, new");
	else if (row->side[SIDE_AFTER].value <= 0)
		(void)snprintf(out.text, sizeof(out.text), "less, gone");
	else
		(void)snprintf(out.text, sizeof(out.text), "%s, %+.*f %%",
			       verdict__name(row->verdict), fabs(row->change) < 10 * before ? 1 : 0,
			       row->change / before * 100);
	return out;
}

void diff_lines__row(FILE *out, const struct change_row *row, const char *name)
{
	const struct text_table table = TEXT_TABLE(columns);

	text__row(out, &table,
		  (const char *[]){name, units__duration(row->side[SIDE_BEFORE].value).text,
				   units__duration(row->side[SIDE_AFTER].value).text,
				   signed_duration(row->change).text, interval(row).text,
				   judgement(row).text});
}

static size_t count_verdicts(const struct comparison *comparison, enum verdict verdict)
{
	size_t count = 0;

	for (int table = 0; table < COMPARED_COUNT; table++) {
		for (size_t i = 0; i < comparison->tables[table].count; i++)
			count += comparison->tables[table].rows[i].verdict == verdict;
	}
	return count;
}

static void append_findings(GString *text, const struct change_table *causes, bool idle)
{
	for (size_t i = 0; i < causes->count; i++) {
		const struct change_row *row = &causes->rows[i];

		if (row->idle == idle &&
		    (row->verdict == VERDICT_MORE || row->verdict == VERDICT_LESS))
			g_string_append_printf(text, "%s%s %s (%s)", text->len ? ", " : "",
					       row->name, judgement(row).text,
					       signed_duration(row->change).text);
	}
}

/* The causes that differ, largest change first; what is idle comes last, for it is no cost. */
static void write_verdict(FILE *out, const struct comparison *comparison)
{
	const struct change_table *causes = &comparison->tables[COMPARED_CAUSES];
	size_t differ =
		count_verdicts(comparison, VERDICT_MORE) + count_verdicts(comparison, VERDICT_LESS);
	GString *text = g_string_new(NULL);

	text__heading(out, "VERDICT", "");
	append_findings(text, causes, false);
	append_findings(text, causes, true);
	if (text->len > 0)
		text__say(out, 2, "By cause, per %s: %s.", comparison->unit.name, text->str);
	else
		text__say(out, 2, "By cause no difference that these captures can show.");
	text__say(out, 2,
		  "%zu of %zu tested rows differ. Where nothing has changed, the chance of any "
		  "such row is below %.0f %%.",
		  differ, comparison->tested, COMPARED_LEVEL * 100);
	g_string_free(text, TRUE);
}

static void write_counts(FILE *out, const struct comparison *comparison,
			 const struct change_row *row, const char *what)
{
	double rates[SIDES];

	for (int side = 0; side < SIDES; side++) {
		if (row->side[side].count < 0)
			return;
		rates[side] = (double)row->side[side].count /
			      ((double)comparison->analyses[side]->window_ns / 1e9);
	}
	text__say(out, 6, "%s a second: %.6g before, %.6g after%s", what, rates[SIDE_BEFORE],
		  rates[SIDE_AFTER],
		  row->side[SIDE_BEFORE].count_exact && row->side[SIDE_AFTER].count_exact
			  ? ""
			  : " (some were not seen)");
}

/* A row that has nothing on either side says nothing. */
static bool is_empty(const struct change_row *row)
{
	return row->side[SIDE_BEFORE].ns <= 0 && row->side[SIDE_AFTER].ns <= 0;
}

static void write_row(FILE *out, const struct comparison *comparison, enum compared kind,
		      const struct change_row *row, const char *name)
{
	diff_lines__row(out, row, name);
	if (kind == COMPARED_FUNCTIONS)
		write_counts(out, comparison, row, "counted");
	if (kind == COMPARED_LOCKS)
		write_counts(out, comparison, row, "waits");
}

/* Where a table stands: what has been written of it, and what is left for its end. */
struct section {
	enum compared kind;
	const char *title;
	const char *first; /* column */
	bool headed, titled;
	GString *little;
};

static void add_row(FILE *out, const struct comparison *comparison, struct section *section,
		    const struct change_row *row)
{
	bool told = !row->why || section->kind == COMPARED_TOTALS;
	char *name = row->where && section->kind == COMPARED_LOCKS
			     ? g_strdup_printf("%s %s", row->name, row->where)
			     : g_strdup(row->name);

	if (!section->headed) {
		char *remark = g_strdup_printf("thread time per %s", comparison->unit.name);

		text__heading(out, section->title, remark);
		g_free(remark);
	}
	section->headed = true;
	if (told && !section->titled)
		diff_lines__titles(out, section->first);
	section->titled |= told;
	if (told)
		write_row(out, comparison, section->kind, row, name);
	else
		g_string_append_printf(section->little, "%s%s", section->little->len ? ", " : "",
				       name);
	g_free(name);
}

static void write_table(FILE *out, const struct comparison *comparison, enum compared kind,
			const char *title, const char *first)
{
	const struct change_table *table = &comparison->tables[kind];
	struct section section = {kind, title, first, false, false, g_string_new(NULL)};

	for (size_t i = 0; i < table->count; i++) {
		if (!is_empty(&table->rows[i]))
			add_row(out, comparison, &section, &table->rows[i]);
	}
	if (section.little->len > 0)
		text__say(out, 2, "Too little to tell: %s.", section.little->str);
	g_string_free(section.little, TRUE);
}

int diff_text__write(FILE *out, const struct comparison *comparison, enum diff_width width,
		     char **error)
{
	(void)width;
	(void)error;
	diff_lines__head(out, comparison);
	write_verdict(out, comparison);
	write_table(out, comparison, COMPARED_TOTALS, "THREAD TIME", "");
	write_table(out, comparison, COMPARED_CAUSES, "CAUSES", "cause");
	write_table(out, comparison, COMPARED_FUNCTIONS, "HOT FUNCTIONS", "probe point");
	write_table(out, comparison, COMPARED_LOCKS, "KERNEL LOCKS", "kind and function");
	diff_lines__stacks(out, comparison);
	return 0;
}
