// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A row says its verdict in words; its bar is the interval of its change beside a line at zero.
 * What is too small a sample has neither change nor bar: they would look like a finding.
 */
#include "render/diff_html_rows.h"

#include "render/diff_words.h"

#include <math.h>

#define BAR_WIDTH 200.0
#define BAR_MARGIN 2.0

enum {
	COLUMN_NAME,
	COLUMN_BEFORE,
	COLUMN_AFTER,
	COLUMN_CHANGE,
	COLUMN_BAR,
	COLUMN_INTERVAL,
	COLUMN_EVIDENCE, /* of the side that is less sure */
	COLUMN_VERDICT,
	COLUMN_COUNT, /* calls or waits, where there are any */
	COLUMNS,
};

static const struct html_column columns[COLUMNS] = {
	[COLUMN_NAME] = {NULL, HTML_TEXT},
	[COLUMN_BEFORE] = {"before", HTML_NUMBER},
	[COLUMN_AFTER] = {"after", HTML_NUMBER},
	[COLUMN_CHANGE] = {"change", HTML_NUMBER},
	[COLUMN_BAR] = {NULL, HTML_GRAPHIC},
	[COLUMN_INTERVAL] = {"95 % interval", HTML_NUMBER},
	[COLUMN_EVIDENCE] = {"evidence", HTML_EVIDENCE},
	[COLUMN_VERDICT] = {"verdict", HTML_TEXT},
	[COLUMN_COUNT] = {NULL, HTML_NUMBER},
};

/* Whose rows are functions. */
static const bool of_code[COMPARED_COUNT] = {[COMPARED_LOCKS] = true, [COMPARED_STACKS] = true};

static const char *const count_titles[COMPARED_COUNT] = {
	[COMPARED_FUNCTIONS] = "counted a second",
	[COMPARED_LOCKS] = "waits a second",
};

static const char *const classes[VERDICT_COUNT] = {
	[VERDICT_MORE] = "more",
	[VERDICT_LESS] = "less",
	[VERDICT_SAME] = "same",
	[VERDICT_TOO_LITTLE] = "little",
};

struct diff_rows {
	FILE *out;
	const struct comparison *comparison;
	struct html_column columns[COLUMNS];
	struct html_table table;
	char *scale_title;
	double scale; /* ns: half of the bar's width */
};

static bool is_told(const struct change_row *row)
{
	return row->verdict != VERDICT_TOO_LITTLE && isfinite(row->low) && isfinite(row->high);
}

static double scale_of(const GPtrArray *rows)
{
	double scale = 0;

	for (guint i = 0; i < rows->len; i++) {
		const struct change_row *row = g_ptr_array_index(rows, i);

		if (is_told(row))
			scale = fmax(scale, fmax(fabs(row->low), fabs(row->high)));
	}
	return scale;
}

struct diff_rows *diff_rows__begin(FILE *out, const struct comparison *comparison,
				   enum compared kind, const GPtrArray *rows, const char *first,
				   const char *label)
{
	struct diff_rows *table = g_new0(struct diff_rows, 1);
	struct unit_text end;

	table->out = out;
	table->comparison = comparison;
	table->scale = scale_of(rows);
	end = diff_words__signed(table->scale);
	table->scale_title =
		table->scale > 0
			? g_strdup_printf("<span class=\"scale\"><span>-%s</span><span>0</span>"
					  "<span>%s</span></span>",
					  end.text + 1, end.text)
			: g_strdup("");
	for (size_t i = 0; i < COLUMNS; i++)
		table->columns[i] = columns[i];
	table->columns[COLUMN_NAME].title = first;
	if (of_code[kind])
		table->columns[COLUMN_NAME].kind = HTML_CODE;
	table->columns[COLUMN_BAR].title = table->scale_title;
	table->columns[COLUMN_COUNT].title = count_titles[kind];
	table->table.columns = table->columns;
	table->table.count = count_titles[kind] ? COLUMNS : COLUMN_COUNT;
	html_table__begin(out, &table->table, label);
	return table;
}

/* In the middle is zero. */
static double place(const struct diff_rows *table, double ns)
{
	return BAR_WIDTH / 2 + ns / table->scale * (BAR_WIDTH / 2 - BAR_MARGIN);
}

static char *bar_of(const struct diff_rows *table, const struct change_row *row)
{
	double low, high;

	if (!is_told(row) || table->scale <= 0)
		return g_strdup("");
	low = place(table, row->low);
	high = place(table, row->high);
	return g_strdup_printf("<svg class=\"change\" viewBox=\"0 0 %.0f 14\" "
			       "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
			       "<path class=\"zero\" d=\"M%.0f 0v14\"/>"
			       "<rect class=\"range\" x=\"%.2f\" y=\"3\" width=\"%.2f\" "
			       "height=\"8\"/><path class=\"tick\" d=\"M%.2f 1v12\"/></svg>",
			       BAR_WIDTH, BAR_WIDTH / 2, low, fmax(high - low, 1),
			       place(table, row->change));
}

static char *verdict_of(const struct change_row *row)
{
	if (row->verdict == VERDICT_TOO_LITTLE)
		return g_strdup_printf("too small a sample: %s", row->why);
	return g_strdup(diff_words__judgement(row).text);
}

static enum basis weaker_of(const struct change_row *row)
{
	return MAX(row->side[SIDE_BEFORE].basis, row->side[SIDE_AFTER].basis);
}

void diff_rows__add(struct diff_rows *table, const struct change_row *row, const char *name)
{
	bool told = row->verdict != VERDICT_TOO_LITTLE;
	char *bar = bar_of(table, row);
	char *verdict = verdict_of(row);
	char *counts = diff_words__counts(table->comparison, row,
					  (const char *const[SIDES]){" \xe2\x86\x92 ", ""});
	char *named = row->idle ? g_strdup_printf("%s (idle)", name) : g_strdup(name);
	struct unit_text before = units__duration(row->side[SIDE_BEFORE].value);
	struct unit_text after = units__duration(row->side[SIDE_AFTER].value);
	struct unit_text change = diff_words__signed(row->change);
	struct unit_text interval = diff_words__interval(row, "to");
	const char *const cells[COLUMNS] = {
		[COLUMN_NAME] = named,
		[COLUMN_BEFORE] = before.text,
		[COLUMN_AFTER] = after.text,
		[COLUMN_CHANGE] = told ? change.text : "",
		[COLUMN_BAR] = bar,
		[COLUMN_INTERVAL] = told ? interval.text : "",
		[COLUMN_EVIDENCE] = basis__name(weaker_of(row)),
		[COLUMN_VERDICT] = verdict,
		[COLUMN_COUNT] = counts ? counts : "",
	};

	html_table__row(table->out, &table->table, classes[row->verdict], cells);
	g_free(named);
	g_free(counts);
	g_free(verdict);
	g_free(bar);
}

size_t diff_rows__width(const struct diff_rows *table)
{
	return table->table.count;
}

void diff_rows__end(struct diff_rows *table)
{
	html_table__end(table->out);
	g_free(table->scale_title);
	g_free(table);
}
