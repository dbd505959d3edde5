// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The comparison for people. Verdicts are words: nothing is said by colour. */
#include "render/diff_lines.h"
#include "render/diff_words.h"
#include "render/formats.h"
#include "render/text_lines.h"

#include <glib.h>
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

void diff_lines__row(FILE *out, const struct change_row *row, const char *name)
{
	const struct text_table table = TEXT_TABLE(columns);

	text__row(out, &table,
		  (const char *[]){name, units__duration(row->side[SIDE_BEFORE].value).text,
				   units__duration(row->side[SIDE_AFTER].value).text,
				   diff_words__signed(row->change).text,
				   diff_words__interval(row, "..").text,
				   diff_words__judgement(row).text});
}

static void append_findings(GString *text, const struct change_table *causes, bool idle)
{
	for (size_t i = 0; i < causes->count; i++) {
		const struct change_row *row = &causes->rows[i];

		if (row->idle == idle && diff_words__is_finding(row))
			g_string_append_printf(text, "%s%s %s (%s)", text->len ? ", " : "",
					       row->name, diff_words__judgement(row).text,
					       diff_words__signed(row->change).text);
	}
}

/* The causes that differ, largest change first; what is idle comes last, for it is no cost. */
static void write_verdict(FILE *out, const struct comparison *comparison)
{
	const struct change_table *causes = &comparison->tables[COMPARED_CAUSES];
	char *findings = diff_words__findings(comparison);
	GString *text = g_string_new(NULL);

	text__heading(out, "VERDICT", "");
	append_findings(text, causes, false);
	append_findings(text, causes, true);
	if (text->len > 0)
		text__say(out, 2, "By cause, per %s: %s.", comparison->unit.name, text->str);
	else
		text__say(out, 2, "By cause no difference that these captures can show.");
	text__say(out, 2, "%s", findings);
	g_free(findings);
	g_string_free(text, TRUE);
}

static void write_counts(FILE *out, const struct comparison *comparison,
			 const struct change_row *row, const char *what)
{
	char *counts = diff_words__counts(comparison, row,
					  (const char *const[SIDES]){" before, ", " after"});

	if (counts)
		text__say(out, 6, "%s a second: %s", what, counts);
	g_free(counts);
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
	char *name = diff_words__name(row, section->kind);

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
		if (!diff_words__is_empty(&table->rows[i]))
			add_row(out, comparison, &section, &table->rows[i]);
	}
	if (section.little->len > 0)
		text__say(out, 2, "Too little to tell: %s.", section.little->str);
	g_string_free(section.little, TRUE);
}

int diff_text__write(FILE *out, const struct comparison *comparison, const struct diff_wish *wish,
		     char **error)
{
	(void)wish;
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
