// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which causes changed. Only findings stand in the sentence and in its table. */
#include "render/diff_html.h"
#include "render/diff_html_rows.h"
#include "render/diff_words.h"
#include "render/html_parts.h"

#include <math.h>

static GPtrArray *findings_of(const struct change_table *causes, bool idle, GPtrArray *findings)
{
	for (size_t i = 0; i < causes->count; i++) {
		struct change_row *row = &causes->rows[i];

		if (row->idle == idle && diff_words__is_finding(row))
			g_ptr_array_add(findings, row);
	}
	return findings;
}

static void say_leading(FILE *out, const struct comparison *comparison,
			const struct change_row *row)
{
	double before = row->side[SIDE_BEFORE].value, after = row->side[SIDE_AFTER].value;
	double ratio = fabs(row->change / before);

	(void)fputs("<p class=\"lead\"><b>", out);
	html__put(out, row->name);
	(void)fputs("</b> ", out);
	if (before <= 0)
		(void)fputs("is <b>new</b>", out);
	else if (after <= 0)
		(void)fputs("is <b>gone</b>", out);
	else
		(void)fprintf(out, "takes <b>%.*f %% %s</b>", ratio < 10 ? 1 : 0, ratio * 100,
			      verdict__name(row->verdict));
	html__say(out, "span", ": %s before, %s after, per %s.", units__duration(before).text,
		  units__duration(after).text, comparison->unit.name);
	(void)fputs("</p>\n", out);
}

/* "No difference that these captures can show: a, b." */
static void name_others(FILE *out, const struct change_table *causes, enum verdict verdict,
			const char *words)
{
	GString *names = g_string_new(NULL);

	for (size_t i = 0; i < causes->count; i++) {
		const struct change_row *row = &causes->rows[i];

		if (row->verdict == verdict && !diff_words__is_empty(row))
			g_string_append_printf(names, "%s%s", names->len ? ", " : "", row->name);
	}
	if (names->len > 0)
		html__say(out, "p class=\"note\"", "%s: %s.", words, names->str);
	g_string_free(names, TRUE);
}

static void write_findings(FILE *out, const struct comparison *comparison,
			   const GPtrArray *findings)
{
	struct diff_rows *table = diff_rows__begin(out, comparison, COMPARED_CAUSES, findings,
						   "what changed", "Causes that changed");

	for (guint i = 0; i < findings->len; i++) {
		const struct change_row *row = g_ptr_array_index(findings, i);

		diff_rows__add(table, row, row->name);
	}
	diff_rows__end(table);
}

void diff_section__verdict(FILE *out, const struct comparison *comparison)
{
	const struct change_table *causes = &comparison->tables[COMPARED_CAUSES];
	GPtrArray *findings = findings_of(causes, false, g_ptr_array_new());
	char *words = diff_words__findings(comparison);
	char *remark = g_strdup_printf("by cause, per %s", comparison->unit.name);

	findings_of(causes, true, findings);
	html__section(out, "verdict", "Verdict", remark);
	if (findings->len > 0) {
		say_leading(out, comparison, g_ptr_array_index(findings, 0));
		write_findings(out, comparison, findings);
	} else {
		html__say(out, "p class=\"lead\"",
			  "By cause no difference that these captures can show.");
	}
	name_others(out, causes, VERDICT_SAME, "No difference that these captures can show");
	name_others(out, causes, VERDICT_TOO_LITTLE, "Too small a sample to tell");
	html__say(out, "p class=\"note\"",
		  "%s An interval stands for its row alone, so it may leave zero out where the row "
		  "is no finding in the face of all that were tested.",
		  words);
	html__section_end(out);
	g_free(remark);
	g_free(words);
	g_ptr_array_free(findings, TRUE);
}
