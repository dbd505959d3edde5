// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/diff_words.h"

#include <glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct unit_text diff_words__signed(double ns)
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

struct unit_text diff_words__interval(const struct change_row *row, const char *between)
{
	struct unit_text out = {"not known"};

	if (isfinite(row->low) && isfinite(row->high))
		(void)snprintf(out.text, sizeof(out.text), "%.20s %.4s %.20s",
			       diff_words__signed(row->low).text, between,
			       diff_words__signed(row->high).text);
	return out;
}

bool diff_words__is_finding(const struct change_row *row)
{
	return row->verdict == VERDICT_MORE || row->verdict == VERDICT_LESS;
}

struct unit_text diff_words__judgement(const struct change_row *row)
{
	double before = row->side[SIDE_BEFORE].value;
	struct unit_text out;

	if (!diff_words__is_finding(row))
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

bool diff_words__is_empty(const struct change_row *row)
{
	return row->side[SIDE_BEFORE].ns <= 0 && row->side[SIDE_AFTER].ns <= 0;
}

char *diff_words__title(const struct comparison_unit *unit)
{
	const char *before = unit->quality[SIDE_BEFORE], *after = unit->quality[SIDE_AFTER];

	if (unit->divisor != PER_WORK)
		return g_strdup_printf("thread time per %s", unit->name);
	if (!strcmp(before, after))
		return g_strdup_printf("thread time per %s (%s)", unit->name, before);
	return g_strdup_printf("thread time per %s (%s before, %s after)", unit->name, before,
			       after);
}

char *diff_words__amount(const struct comparison_unit *unit)
{
	struct unit_text amounts[SIDES];

	if (unit->divisor != PER_WORK)
		return NULL;
	for (int side = 0; side < SIDES; side++)
		amounts[side] = units__short_count(units__round(unit->amount[side]));
	return g_strdup_printf("counted: %s before (%s), %s after (%s); a second: %.6g, then %.6g",
			       amounts[SIDE_BEFORE].text, unit->quality[SIDE_BEFORE],
			       amounts[SIDE_AFTER].text, unit->quality[SIDE_AFTER],
			       unit->a_second[SIDE_BEFORE], unit->a_second[SIDE_AFTER]);
}

char *diff_words__findings(const struct comparison *comparison)
{
	size_t differ = 0;

	for (int table = 0; table < COMPARED_COUNT; table++) {
		for (size_t i = 0; i < comparison->tables[table].count; i++)
			differ += diff_words__is_finding(&comparison->tables[table].rows[i]);
	}
	return g_strdup_printf(
		"%zu of %zu tested rows differ. Where nothing has changed, the chance of any "
		"such row is below %.0f %%.",
		differ, comparison->tested, COMPARED_LEVEL * 100);
}

char *diff_words__counts(const struct comparison *comparison, const struct change_row *row,
			 const char *const words[SIDES])
{
	double rates[SIDES];

	for (int side = 0; side < SIDES; side++) {
		if (row->side[side].count < 0)
			return NULL;
		rates[side] = (double)row->side[side].count /
			      ((double)comparison->analyses[side]->window_ns / 1e9);
	}
	return g_strdup_printf("%.6g%s%.6g%s%s", rates[SIDE_BEFORE], words[SIDE_BEFORE],
			       rates[SIDE_AFTER], words[SIDE_AFTER],
			       row->side[SIDE_BEFORE].count_exact &&
					       row->side[SIDE_AFTER].count_exact
				       ? ""
				       : " (some were not seen)");
}

char *diff_words__name(const struct change_row *row, enum compared table)
{
	if (row->where && table == COMPARED_LOCKS)
		return g_strdup_printf("%s %s", row->name, row->where);
	return g_strdup(row->name);
}

char *diff_words__left_out(const struct change_table *stacks)
{
	struct unit_text count = units__count((int64_t)stacks->left_out);
	bool one = stacks->left_out == 1;

	if (!stacks->left_out)
		return NULL;
	return g_strdup_printf("%s %s too small for a row%s: %s of thread time before, %s after, "
			       "as captured.",
			       count.text, one ? "stack is" : "stacks are", one ? "" : " each",
			       units__duration(stacks->left_out_ns[SIDE_BEFORE]).text,
			       units__duration(stacks->left_out_ns[SIDE_AFTER]).text);
}

const char *diff_words__place(const struct change_row *stack)
{
	if (stack->where)
		return stack->where;
	return stack->frame_count ? stack->frames[stack->frame_count - 1]->name : "(no frames)";
}
