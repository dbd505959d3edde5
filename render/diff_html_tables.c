// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* All that was compared but stacks: a section a table. */
#include "render/diff_html.h"
#include "render/diff_html_rows.h"
#include "render/diff_words.h"
#include "render/html_parts.h"

#define MAX_ROWS 60 /* that are no findings; of findings all are shown */

static const struct {
	enum compared kind;
	const char *id;
	const char *title;
	const char *first; /* column */
	const char *what;
} sections[] = {
	{COMPARED_TOTALS, "totals", "Thread time", "", "all threads"},
	{COMPARED_CAUSES, "causes", "Causes", "cause", "largest change first"},
	{COMPARED_FUNCTIONS, "functions", "Hot functions", "probe point",
	 "time under the kernel's known slow places"},
	{COMPARED_LOCKS, "locks", "Kernel locks", "kind and function",
	 "by the function that wanted it"},
};

/* Those that are too small a sample come last. */
static GPtrArray *shown_of(const struct change_table *table, size_t *left)
{
	GPtrArray *shown = g_ptr_array_new();

	*left = 0;
	for (int little = 0; little <= 1; little++) {
		for (size_t i = 0; i < table->count; i++) {
			struct change_row *row = &table->rows[i];

			if (diff_words__is_empty(row) ||
			    (row->verdict == VERDICT_TOO_LITTLE) != little)
				continue;
			if (shown->len < MAX_ROWS || diff_words__is_finding(row))
				g_ptr_array_add(shown, row);
			else
				++*left;
		}
	}
	return shown;
}

static void write_table(FILE *out, const struct comparison *comparison, size_t section)
{
	enum compared kind = sections[section].kind;
	size_t left;
	GPtrArray *shown = shown_of(&comparison->tables[kind], &left);
	struct diff_rows *table;

	if (shown->len == 0) {
		html__say(out, "p class=\"note\"", "There is no time here in either capture.");
		g_ptr_array_free(shown, TRUE);
		return;
	}
	table = diff_rows__begin(out, comparison, kind, shown, sections[section].first,
				 sections[section].title);
	for (guint i = 0; i < shown->len; i++) {
		const struct change_row *row = g_ptr_array_index(shown, i);
		char *name = diff_words__name(row, kind);

		diff_rows__add(table, row, name);
		g_free(name);
	}
	diff_rows__end(table);
	if (left > 0)
		html__say(out, "p class=\"note\"", "and %zu more: see JSON", left);
	g_ptr_array_free(shown, TRUE);
}

void diff_section__tables(FILE *out, const struct comparison *comparison)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) {
		char *remark = g_strdup_printf("thread time per %s; %s", comparison->unit.name,
					       sections[i].what);

		html__section(out, sections[i].id, sections[i].title, remark);
		write_table(out, comparison, i);
		html__section_end(out);
		g_free(remark);
	}
}
