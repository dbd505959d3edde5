// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Where and how the two were made, what they lost, and how verdicts came about. */
#include "render/diff_html.h"
#include "render/html_facts.h"
#include "render/html_parts.h"

#include <string.h>

static const struct html_column columns[] = {
	{"", HTML_TEXT},
	{"before", HTML_PROSE},
	{"after", HTML_PROSE},
};
static const struct html_table table = HTML_TABLE(columns);

static void write_facts(FILE *out, const struct comparison *comparison)
{
	html_table__begin(out, &table, "Both captures");
	for (size_t fact = 0; fact < HTML_FACTS; fact++) {
		char *values[SIDES];

		for (int side = 0; side < SIDES; side++)
			values[side] = html_facts__value(comparison->analyses[side], fact);
		html_table__row(out, &table, NULL,
				(const char *[]){html_facts__names[fact], values[SIDE_BEFORE],
						 values[SIDE_AFTER]});
		for (int side = 0; side < SIDES; side++)
			g_free(values[side]);
	}
	html_table__end(out);
}

static const struct html_column loss_columns[] = {
	{"what was lost", HTML_TEXT},
	{"before", HTML_NUMBER},
	{"after", HTML_NUMBER},
	{"what it means", HTML_PROSE},
};
static const struct html_table loss_table = HTML_TABLE(loss_columns);

static const struct count_row *loss_of(const struct analysis *analysis, const char *name)
{
	for (size_t i = 0; i < analysis->loss_count; i++) {
		if (!strcmp(analysis->losses[i].name, name))
			return &analysis->losses[i];
	}
	return NULL;
}

/* Those of `side` that the side before it does not have. */
static void write_losses_of(FILE *out, const struct comparison *comparison, enum side side)
{
	const struct analysis *const *both = comparison->analyses;

	for (size_t i = 0; i < both[side]->loss_count; i++) {
		const struct count_row *row = &both[side]->losses[i];
		const struct count_row *rows[SIDES];

		for (int other = 0; other < SIDES; other++)
			rows[other] = loss_of(both[other], row->name);
		if (side == SIDE_AFTER && rows[SIDE_BEFORE])
			continue;
		html_table__row(
			out, &loss_table, NULL,
			(const char *[]){
				row->name,
				units__count(rows[SIDE_BEFORE] ? rows[SIDE_BEFORE]->value : 0).text,
				units__count(rows[SIDE_AFTER] ? rows[SIDE_AFTER]->value : 0).text,
				row->meaning ? row->meaning : ""});
	}
}

static void write_losses(FILE *out, const struct comparison *comparison)
{
	bool lost = false;

	for (int side = 0; side < SIDES; side++)
		lost |= comparison->analyses[side]->loss_count > 0;
	if (!lost) {
		html__say(out, "p class=\"note\"", "Nothing was lost in either capture.");
		return;
	}
	html_table__begin(out, &loss_table, "Losses");
	for (int side = 0; side < SIDES; side++)
		write_losses_of(out, comparison, side);
	html_table__end(out);
}

void diff_section__captures(FILE *out, const struct comparison *comparison)
{
	html__section(out, "captures", "Both captures", "where and how they were made");
	write_facts(out, comparison);
	write_losses(out, comparison);
	html__say(out, "p class=\"note\"",
		  "More and less are findings: the change is surely larger than %.0f %% of the row "
		  "and %.1f %% of the time that is not idle, in the face of all %zu rows that were "
		  "tested (Holm, %.0f %%). Rows with fewer than %d slices or %d draws, "
		  "or too small a share, are not tested.",
		  COMPARED_OWN_MARGIN * 100, COMPARED_MARGIN * 100, comparison->tested,
		  COMPARED_LEVEL * 100, COMPARED_SLICES, COMPARED_DRAWS);
	html__section_end(out);
}
