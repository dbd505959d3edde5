// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The report on itself: the kernel's books beside the ledger, losses, cost, and where it was made.
 */
#include "render/html_facts.h"
#include "render/html_parts.h"
#include "render/html_sections.h"
#include "render/oracle.h"
#include "render/pace_lines.h"
#include "render/words.h"

#include <math.h>

static const struct html_column check_columns[] = {
	{"", HTML_TEXT},
	{"ledger", HTML_NUMBER},
	{"kernel", HTML_NUMBER},
	{"difference", HTML_NUMBER},
	{"threads compared", HTML_NUMBER},
	{"", HTML_TEXT},
};

static struct unit_text either(const struct oracle_sum *sum, double value)
{
	return sum->is_time ? units__duration(value) : units__short_count(units__round(value));
}

static void write_book(FILE *out, const struct html_table *table, const struct oracle_sum *sum)
{
	struct unit_text difference = {"\xe2\x80\x93"};

	if (sum->kernel > 0)
		(void)snprintf(difference.text, sizeof(difference.text), "%+.3f %%",
			       fmax(fmin(sum->difference * 100, 1e9), -1e9));
	html_table__row(
		out, table, NULL,
		(const char *[]){sum->title,
				 sum->threads ? either(sum, sum->ledger).text : "\xe2\x80\x93",
				 sum->threads ? either(sum, sum->kernel).text : "not known",
				 difference.text, units__short_count((int64_t)sum->threads).text,
				 oracle__lateness(sum).text});
}

void html_section__checks(FILE *out, const struct analysis *analysis)
{
	static const struct html_table table = HTML_TABLE(check_columns);

	html__section(out, "checks", "Checks", "the ledger beside the kernel's own books");
	html__say(out, "p",
		  "Accounted %s of %s of thread time: off by %.4f %% in all, %.4f %% in the worst "
		  "thread.",
		  units__duration(analysis->accounted_ns).text,
		  units__duration(analysis->wall_ns).text, analysis->error_ratio * 100,
		  analysis->worst_thread_error_ratio * 100);
	html_table__begin(out, &table, "Checks");
	for (int book = 0; book < ORACLE_BOOK_COUNT; book++) {
		struct oracle_sum sum = oracle__sum(analysis, (enum oracle_book)book);

		write_book(out, &table, &sum);
	}
	html_table__end(out);
	html__section_end(out);
}

static void say_user_stacks(FILE *out, const struct analysis *analysis)
{
	const struct user_halves *halves = &analysis->user_stacks[SIDE_BOTH];
	GString *text = g_string_new(NULL);

	for (int half = 0; half < USER_HALF_COUNT; half++) {
		if (halves->share[half] > 0 || half == USER_HALF_WHOLE)
			g_string_append_printf(text, "%s%s %s", text->len ? ", " : "",
					       units__share(halves->share[half]).text,
					       words__user_half((enum user_half)half));
	}
	if (halves->weight > 0)
		html__say(out, "p class=\"note\"", "User stacks, by weight: %s.", text->str);
	g_string_free(text, TRUE);
}

static const struct html_column loss_columns[] = {
	{"what", HTML_TEXT},
	{"count", HTML_NUMBER},
	{"what it means", HTML_PROSE},
};

void html_section__losses(FILE *out, const struct analysis *analysis)
{
	static const struct html_table table = HTML_TABLE(loss_columns);

	html__section(out, "losses", "What was lost", "counted, exact");
	if (analysis->loss_count == 0)
		html__say(out, "p", "Nothing was lost.");
	else
		html_table__begin(out, &table, "Losses");
	for (size_t i = 0; i < analysis->loss_count; i++) {
		const struct count_row *row = &analysis->losses[i];

		html_table__row(out, &table, NULL,
				(const char *[]){row->name, units__count(row->value).text,
						 row->meaning ? row->meaning : ""});
	}
	if (analysis->loss_count > 0)
		html_table__end(out);
	say_user_stacks(out, analysis);
	html__section_end(out);
}

void html_section__costs(FILE *out, const struct analysis *analysis)
{
	static const struct html_column columns[] = {{"", HTML_TEXT}, {"", HTML_NUMBER}};
	static const struct html_table table = HTML_TABLE(columns);

	GPtrArray *lines = pace_lines(analysis);

	html__section(out, "cost", "What the capture cost", "measured by the capture itself");
	for (guint i = 0; i < lines->len; i++)
		html__say(out, "p", "%s", (const char *)g_ptr_array_index(lines, i));
	g_ptr_array_free(lines, TRUE);
	if (analysis->cost_count == 0)
		html__say(out, "p", "Not known.");
	else
		html_table__begin(out, &table, "Cost");
	for (size_t i = 0; i < analysis->cost_count; i++) {
		const struct count_row *row = &analysis->costs[i];

		html_table__row(
			out, &table, NULL,
			(const char *[]){row->name, units__value(row->value, row->unit).text});
	}
	if (analysis->cost_count > 0)
		html_table__end(out);
	html__section_end(out);
}

void html_section__machine(FILE *out, const struct analysis *analysis)
{
	html__section(out, "machine", "Machine and method", "");
	(void)fputs("<dl>\n", out);
	for (size_t fact = 0; fact < HTML_FACTS; fact++) {
		char *value = html_facts__value(analysis, fact);

		html__say(out, "dt", "%s", html_facts__names[fact]);
		html__say(out, "dd", "%s", value);
		g_free(value);
	}
	(void)fputs("</dl>\n", out);
	html__say(
		out, "p class=\"note\"",
		"Exact: every event was counted. Sampled: drawn with known probability; the range "
		"is a 95 %% interval. Estimated: borrowed from like spans, or hardly sampled; the "
		"range is wide. The times of all threads in all states add up to their lives in "
		"the window.");
	html__section_end(out);
}
