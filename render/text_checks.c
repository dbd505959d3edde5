// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The text report on itself: checks against the kernel's books, losses, own cost. */
#include "render/oracle.h"
#include "render/pace_lines.h"
#include "render/text_lines.h"
#include "render/text_sections.h"
#include "render/words.h"

#include <glib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#define LOSERS 5 /* threads that are named */

static const struct text_column check_columns[] = {
	{"", 22}, {"ledger", -10}, {"kernel", -10}, {"difference", -11}, {"threads compared", -16},
	{"", 24},
};

static struct unit_text either(const struct oracle_sum *sum, double value)
{
	return sum->is_time ? units__duration(value) : units__short_count(units__round(value));
}

void text_section__checks(FILE *out, const struct analysis *analysis)
{
	static const struct text_table table = TEXT_TABLE(check_columns);

	text__heading(out, "CHECKS", "the ledger beside the kernel's own books");
	text__say(out, 2,
		  "Accounted %s of %s of thread time: off by %.4f %% in all, %.4f %% in the worst "
		  "thread.",
		  units__duration(analysis->accounted_ns).text,
		  units__duration(analysis->wall_ns).text, analysis->error_ratio * 100,
		  analysis->worst_thread_error_ratio * 100);
	text__titles(out, &table);
	for (int book = 0; book < ORACLE_BOOK_COUNT; book++) {
		struct oracle_sum sum = oracle__sum(analysis, (enum oracle_book)book);
		struct unit_text difference = {"-"};

		if (sum.kernel > 0)
			(void)snprintf(difference.text, sizeof(difference.text), "%+.3f %%",
				       fmax(fmin(sum.difference * 100, 1e9), -1e9));
		text__row(out, &table,
			  (const char *[]){
				  sum.title, sum.threads ? either(&sum, sum.ledger).text : "-",
				  sum.threads ? either(&sum, sum.kernel).text : "not known",
				  difference.text, units__short_count((int64_t)sum.threads).text,
				  oracle__lateness(&sum).text});
	}
}

static void say_user_stacks(FILE *out, const struct analysis *analysis)
{
	const struct user_halves *halves = analysis->user_stacks;
	GString *text = g_string_new(NULL);

	for (int half = 0; half < USER_HALF_COUNT; half++) {
		double share = halves[SIDE_BOTH].share[half];

		if (share > 0 || half == USER_HALF_WHOLE)
			g_string_append_printf(text, "%s%s %s", text->len ? ", " : "",
					       units__share(share).text,
					       words__user_half((enum user_half)half));
	}
	if (halves[SIDE_ON_CPU].weight > 0 && halves[SIDE_OFF_CPU].weight > 0)
		g_string_append_printf(
			text, "; on the CPU %s whole, off it %s",
			units__share(halves[SIDE_ON_CPU].share[USER_HALF_WHOLE]).text,
			units__share(halves[SIDE_OFF_CPU].share[USER_HALF_WHOLE]).text);
	if (halves[SIDE_BOTH].weight > 0)
		text__say(out, 2, "User stacks, by weight: %s.", text->str);
	g_string_free(text, TRUE);
}

/* The threads that lost most of a kind. */
static void say_losers(FILE *out, const struct analysis *analysis, const char *kind)
{
	GString *text = g_string_new(NULL);
	size_t threads = 0;

	for (size_t i = 0; i < analysis->thread_loss_count; i++) {
		const struct thread_loss_row *row = &analysis->thread_losses[i];
		const struct thread_row *thread = &analysis->threads[row->thread];

		if (strcmp(row->kind, kind) != 0)
			continue;
		if (threads++ < LOSERS)
			g_string_append_printf(text, "%s%" PRId64 " %s: %s", text->len ? ", " : "",
					       thread->tid, thread->comm,
					       units__count(row->count).text);
	}
	if (threads)
		text__say(out, 4, "of %zu %s: %s%s", threads, threads == 1 ? "thread" : "threads",
			  text->str, threads > LOSERS ? " ..." : "");
	g_string_free(text, TRUE);
}

void text_section__losses(FILE *out, const struct analysis *analysis)
{
	text__heading(out, "LOSSES", "");
	if (analysis->loss_count == 0)
		text__paragraph(out, 2, "Nothing was lost.");
	for (size_t i = 0; i < analysis->loss_count; i++) {
		const struct count_row *row = &analysis->losses[i];

		text__say(out, 2, "%s %s: %s", units__count(row->value).text, row->name,
			  row->meaning ? row->meaning : "");
		say_losers(out, analysis, row->name);
	}
	say_user_stacks(out, analysis);
}

void text_section__costs(FILE *out, const struct analysis *analysis)
{
	static const struct text_column columns[] = {{"", 40}, {"", -24}};
	static const struct text_table table = TEXT_TABLE(columns);

	GPtrArray *lines = pace_lines(analysis);

	text__heading(out, "WHAT THE CAPTURE ITSELF COST", "");
	for (guint i = 0; i < lines->len; i++)
		text__paragraph(out, 2, g_ptr_array_index(lines, i));
	g_ptr_array_free(lines, TRUE);
	if (analysis->cost_count == 0)
		text__paragraph(out, 2, "Not known.");
	for (size_t i = 0; i < analysis->cost_count; i++) {
		const struct count_row *row = &analysis->costs[i];

		text__row(out, &table,
			  (const char *[]){row->name, units__value(row->value, row->unit).text});
	}
}
