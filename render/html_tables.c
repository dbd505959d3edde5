// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Who and where: system calls, threads, processes. */
#include "render/html_parts.h"
#include "render/html_sections.h"
#include "render/pace_lines.h"
#include "render/sums.h"
#include "render/words.h"

#include <inttypes.h>

/* A long list says how much of it is not shown; threads are a line each in a heap of them. */
#define MAX_ROWS 40
#define MAX_THREADS 500

static void say_rest(FILE *out, size_t count, size_t shown, const char *things)
{
	if (count > shown)
		html__say(out, "p class=\"note\"", "and %s more %s: see the JSON report",
			  units__count((int64_t)(count - shown)).text, things);
}

/* The states as one bar. */
static char *state_bar(const struct state_sums *sums)
{
	GString *svg = g_string_new("<svg class=\"bar\" viewBox=\"0 0 100 10\" "
				    "preserveAspectRatio=\"none\" aria-hidden=\"true\">");
	double whole = 0;
	double x = 0;

	for (int state = 0; state < STATE_COUNT; state++)
		whole += sums->ns[state] > 0 ? sums->ns[state] : 0;
	for (int state = 0; state < STATE_COUNT && whole > 0; state++) {
		double width = sums->ns[state] > 0 ? sums->ns[state] / whole * 100 : 0;

		if (width >= 0.05)
			g_string_append_printf(svg,
					       "<rect class=\"s%d\" x=\"%.1f\" width=\"%.1f\" "
					       "height=\"10\"/>",
					       state, x, width);
		x += width;
	}
	g_string_append(svg, "</svg>");
	return g_string_free(svg, FALSE);
}

static const struct html_column syscall_columns[] = {
	{"system call", HTML_CODE}, {"spans", HTML_NUMBER},	    {"blocked", HTML_NUMBER},
	{"no CPU", HTML_NUMBER},    {"mean", HTML_NUMBER},	    {"P50 below", HTML_NUMBER},
	{"P99 below", HTML_NUMBER}, {"longest below", HTML_NUMBER},
};

void html_section__syscalls(FILE *out, const struct analysis *analysis)
{
	static const struct html_table table = HTML_TABLE(syscall_columns);
	char *remark = g_strconcat(pace__label(analysis, PACE_WAITS),
				   "; percentiles are upper ends of power-of-two classes", NULL);

	html__section(out, "syscalls", "System calls slept in", remark);
	g_free(remark);
	html_table__begin(out, &table, "System calls");
	for (size_t i = 0; i < analysis->syscall_count && i < MAX_ROWS; i++) {
		const struct syscall_row *row = &analysis->syscalls[i];
		double mean = (row->blocked_ns + row->runqueue_ns) / (double)row->count;

		html_table__row(out, &table, NULL,
				(const char *[]){row->name, units__short_count(row->count).text,
						 units__duration(row->blocked_ns).text,
						 units__duration(row->runqueue_ns).text,
						 units__duration(mean).text,
						 sums__class_bound(row, 0.5).text,
						 sums__class_bound(row, 0.99).text,
						 sums__class_bound(row, 1).text});
	}
	html_table__end(out);
	say_rest(out, analysis->syscall_count, MAX_ROWS, "system calls");
	html__section_end(out);
}

/* Where the ledger was bounded there is a column more, so that a row adds up to its life. */
static const struct html_column thread_columns[] = {
	{"tid", HTML_NUMBER},	      {"thread", HTML_TEXT},	  {"states", HTML_GRAPHIC},
	{"not idle", HTML_NUMBER},    {"running", HTML_NUMBER},	  {"no CPU", HTML_NUMBER},
	{"blocked", HTML_NUMBER},     {"voluntary", HTML_NUMBER}, {"involuntary", HTML_NUMBER},
	{"in the window", HTML_TEXT},
};
static const struct html_column bounded_thread_columns[] = {
	{"tid", HTML_NUMBER},	      {"thread", HTML_TEXT},	    {"states", HTML_GRAPHIC},
	{"not idle", HTML_NUMBER},    {"running", HTML_NUMBER},	    {"no CPU", HTML_NUMBER},
	{"blocked", HTML_NUMBER},     {"unobserved", HTML_NUMBER},  {"voluntary", HTML_NUMBER},
	{"involuntary", HTML_NUMBER}, {"in the window", HTML_TEXT},
};

static void write_thread(FILE *out, const struct html_table *table, bool bounded,
			 const struct busy_thread *thread)
{
	const struct thread_row *row = thread->row;
	const struct unit_text numbers[] = {
		units__duration(thread->ns),
		units__duration(row->states.ns[STATE_RUNNING]),
		units__duration(sums__no_cpu(&row->states)),
		units__duration(sums__blocked(&row->states)),
		units__duration(row->states.ns[STATE_UNOBSERVED]),
		pace__switches(row, row->voluntary, row->oracle.voluntary),
		pace__switches(row, row->involuntary, row->oracle.involuntary),
	};
	const size_t unobserved = 4; /* of the numbers */
	const char *cells[G_N_ELEMENTS(bounded_thread_columns)];
	char *bar = state_bar(&row->states);
	size_t count = 0;
	char tid[24];

	(void)snprintf(tid, sizeof(tid), "%" PRId64, row->tid);
	cells[count++] = tid;
	cells[count++] = row->comm;
	cells[count++] = bar;
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
		if (bounded || i != unobserved)
			cells[count++] = numbers[i].text;
	cells[count] = words__life(row);
	html_table__row(out, table, NULL, cells);
	g_free(bar);
}

void html_section__threads(FILE *out, const struct analysis *analysis)
{
	static const struct html_table tables[] = {HTML_TABLE(thread_columns),
						   HTML_TABLE(bounded_thread_columns)};
	const bool bounded = pace__is_bounded(analysis);
	GArray *threads = sums__busy_threads(analysis);

	html__section(out, "threads", "Threads", pace__label(analysis, PACE_THREADS));
	html_table__begin(out, &tables[bounded], "Threads");
	for (guint i = 0; i < threads->len && i < MAX_THREADS; i++)
		write_thread(out, &tables[bounded], bounded,
			     &g_array_index(threads, struct busy_thread, i));
	html_table__end(out);
	say_rest(out, threads->len, MAX_THREADS, "threads");
	if (bounded)
		html__say(out, "p class=\"note\"", "%s", pace__of_threads);
	html__section_end(out);
	g_array_free(threads, TRUE);
}

static const struct html_column process_columns[] = {
	{"pid", HTML_NUMBER},	  {"process", HTML_TEXT},	{"states", HTML_GRAPHIC},
	{"threads", HTML_NUMBER}, {"thread time", HTML_NUMBER}, {"running", HTML_NUMBER},
	{"no CPU", HTML_NUMBER},  {"blocked", HTML_NUMBER},	{"program", HTML_CODE},
};
static const struct html_column bounded_process_columns[] = {
	{"pid", HTML_NUMBER},	  {"process", HTML_TEXT},	{"states", HTML_GRAPHIC},
	{"threads", HTML_NUMBER}, {"thread time", HTML_NUMBER}, {"running", HTML_NUMBER},
	{"no CPU", HTML_NUMBER},  {"blocked", HTML_NUMBER},	{"unobserved", HTML_NUMBER},
	{"program", HTML_CODE},
};

static void write_process(FILE *out, const struct html_table *table, bool bounded,
			  const struct process_row *row)
{
	const char *program = row->exe ? row->exe : "";
	char *bar = state_bar(&row->states);
	char pid[24];

	(void)snprintf(pid, sizeof(pid), "%" PRId64, row->pid);
	html_table__row(
		out, table, NULL,
		(const char *[]){
			pid, row->comm, bar, units__short_count((int64_t)row->threads).text,
			units__duration((double)row->life_ns).text,
			units__duration(row->states.ns[STATE_RUNNING]).text,
			units__duration(sums__no_cpu(&row->states)).text,
			units__duration(sums__blocked(&row->states)).text,
			bounded ? units__duration(row->states.ns[STATE_UNOBSERVED]).text : program,
			program});
	g_free(bar);
}

void html_section__processes(FILE *out, const struct analysis *analysis)
{
	static const struct html_table tables[] = {HTML_TABLE(process_columns),
						   HTML_TABLE(bounded_process_columns)};
	const bool bounded = pace__is_bounded(analysis);

	html__section(out, "processes", "Processes", pace__label(analysis, PACE_STATES));
	html_table__begin(out, &tables[bounded], "Processes");
	for (size_t i = 0; i < analysis->process_count && i < MAX_ROWS; i++)
		write_process(out, &tables[bounded], bounded, &analysis->processes[i]);
	html_table__end(out);
	say_rest(out, analysis->process_count, MAX_ROWS, "processes");
	html__section_end(out);
}
