// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The text report on who and where: system calls, spans, processes, threads. */
#include "render/pace_lines.h"
#include "render/sums.h"
#include "render/text_lines.h"
#include "render/text_sections.h"
#include "render/words.h"

#include <glib.h>
#include <inttypes.h>

#define MAX_ROWS 12

static const struct text_column syscall_columns[] = {
	{"system call", 22}, {"spans", -9},	 {"blocked", -10},   {"no CPU", -10},
	{"mean", -10},	     {"p50 below", -10}, {"p99 below", -10},
};

/* The heading of what is known only of waits that were looked at. */
static void write_waits_heading(FILE *out, const struct analysis *analysis, const char *title,
				const char *more)
{
	char *remark = g_strconcat(pace__label(analysis, PACE_WAITS), "; ", more, NULL);

	text__heading(out, title, remark);
	g_free(remark);
}

void text_section__syscalls(FILE *out, const struct analysis *analysis)
{
	static const struct text_table table = TEXT_TABLE(syscall_columns);

	write_waits_heading(out, analysis, "SYSTEM CALLS SLEPT IN",
			    "percentiles: upper ends of power-of-two classes");
	text__titles(out, &table);
	for (size_t i = 0; i < analysis->syscall_count && i < MAX_ROWS; i++) {
		const struct syscall_row *row = &analysis->syscalls[i];
		double mean = (row->blocked_ns + row->runqueue_ns) / (double)row->count;

		text__row(out, &table,
			  (const char *[]){row->name, units__short_count(row->count).text,
					   units__duration(row->blocked_ns).text,
					   units__duration(row->runqueue_ns).text,
					   units__duration(mean).text,
					   sums__class_bound(row, 0.5).text,
					   sums__class_bound(row, 0.99).text});
	}
	text__rest(out, analysis->syscall_count, MAX_ROWS, "system calls");
}

static const struct text_column span_columns[] = {
	{"length", -9}, {"at", -9},	     {"tid", -9},   {"thread", 15},
	{"state", 15},	{"system call", 13}, {"cause", 21},
};

void text_section__spans(FILE *out, const struct analysis *analysis)
{
	static const struct text_table table = TEXT_TABLE(span_columns);
	size_t shown = 0;

	write_waits_heading(out, analysis, "LONGEST SPANS, IDLE ONES LEFT OUT",
			    "at: since the window began");
	text__titles(out, &table);
	for (size_t i = 0; i < analysis->span_count; i++) {
		const struct span_row *row = &analysis->spans[i];
		const struct thread_row *thread = &analysis->threads[row->thread];
		double at = (double)(row->start_ns - analysis->capture.t0_ns);
		char tid[24];

		if (sums__is_idle(row->cause) || shown++ >= MAX_ROWS)
			continue;
		(void)snprintf(tid, sizeof(tid), "%" PRId64, thread->tid);
		text__row(out, &table,
			  (const char *[]){
				  units__duration((double)(row->end_ns - row->start_ns)).text,
				  units__duration(at).text, tid, thread->comm,
				  state__name(row->state), row->syscall,
				  row->cause ? row->cause : "-"});
	}
	text__rest(out, shown, MAX_ROWS, "long spans");
}

/* Where the ledger was bounded there is a column more, so that a row adds up to its life. */
static const struct text_column process_columns[] = {
	{"pid", -9},	  {"process", 32}, {"threads", -9},  {"thread time", -11},
	{"running", -10}, {"no CPU", -10}, {"blocked", -10},
};
static const struct text_column bounded_process_columns[] = {
	{"pid", -9},	  {"process", 21}, {"threads", -9},  {"thread time", -11},
	{"running", -10}, {"no CPU", -10}, {"blocked", -10}, {"unobserved", -10},
};

void text_section__processes(FILE *out, const struct analysis *analysis)
{
	static const struct text_table whole = TEXT_TABLE(process_columns);
	static const struct text_table bounded = TEXT_TABLE(bounded_process_columns);
	const struct text_table *table = pace__is_bounded(analysis) ? &bounded : &whole;

	text__heading(out, "PROCESSES", pace__label(analysis, PACE_STATES));
	text__titles(out, table);
	for (size_t i = 0; i < analysis->process_count && i < MAX_ROWS; i++) {
		const struct process_row *row = &analysis->processes[i];
		char pid[24];

		(void)snprintf(pid, sizeof(pid), "%" PRId64, row->pid);
		text__row(out, table,
			  (const char *[]){pid, row->comm,
					   units__short_count((int64_t)row->threads).text,
					   units__duration((double)row->life_ns).text,
					   units__duration(row->states.ns[STATE_RUNNING]).text,
					   units__duration(sums__no_cpu(&row->states)).text,
					   units__duration(sums__blocked(&row->states)).text,
					   units__duration(row->states.ns[STATE_UNOBSERVED]).text});
	}
	text__rest(out, analysis->process_count, MAX_ROWS, "processes");
}

static const struct text_column thread_columns[] = {
	{"tid", -9},	 {"thread", 15},    {"not idle", -9},  {"running", -9}, {"no CPU", -9},
	{"blocked", -9}, {"voluntary", -9}, {"involunt.", -9}, {"", 11},
};
static const struct text_column bounded_thread_columns[] = {
	{"tid", -7},	 {"thread", 15}, {"not idle", -8}, {"running", -8},  {"no CPU", -8},
	{"blocked", -8}, {"unobs.", -8}, {"volunt.", -8},  {"involunt", -8}, {"", 11},
};

static void write_thread(FILE *out, const struct text_table *table, bool bounded,
			 const struct busy_thread *thread)
{
	const struct thread_row *row = thread->row;
	const struct unit_text times[] = {
		units__duration(thread->ns),
		units__duration(row->states.ns[STATE_RUNNING]),
		units__duration(sums__no_cpu(&row->states)),
		units__duration(sums__blocked(&row->states)),
		units__duration(row->states.ns[STATE_UNOBSERVED]),
	};
	const struct unit_text switches[] = {
		pace__switches(row, row->voluntary, row->oracle.voluntary),
		pace__switches(row, row->involuntary, row->oracle.involuntary),
	};
	const char *cells[G_N_ELEMENTS(bounded_thread_columns)];
	size_t count = 0;
	char tid[24];

	(void)snprintf(tid, sizeof(tid), "%" PRId64, row->tid);
	cells[count++] = tid;
	cells[count++] = row->comm;
	for (size_t i = 0; i < G_N_ELEMENTS(times) - !bounded; i++)
		cells[count++] = times[i].text;
	for (size_t i = 0; i < G_N_ELEMENTS(switches); i++)
		cells[count++] = switches[i].text;
	cells[count] = words__life(row);
	text__row(out, table, cells);
}

void text_section__threads(FILE *out, const struct analysis *analysis)
{
	static const struct text_table tables[] = {TEXT_TABLE(thread_columns),
						   TEXT_TABLE(bounded_thread_columns)};
	const bool bounded = pace__is_bounded(analysis);
	GArray *threads = sums__busy_threads(analysis);

	text__heading(out, "THREADS", pace__label(analysis, PACE_THREADS));
	text__titles(out, &tables[bounded]);
	for (guint i = 0; i < threads->len && i < MAX_ROWS; i++)
		write_thread(out, &tables[bounded], bounded,
			     &g_array_index(threads, struct busy_thread, i));
	text__rest(out, threads->len, MAX_ROWS, "threads");
	if (bounded)
		text__paragraph(out, 2, pace__of_threads);
	g_array_free(threads, TRUE);
}
