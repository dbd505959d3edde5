// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The text report on who and where: system calls, spans, processes, threads. */
#include "render/text_lines.h"
#include "render/text_sections.h"

#include <glib.h>
#include <inttypes.h>
#include <math.h>

#define MAX_ROWS 12

/* The upper end of the power-of-two class in which the quantile falls. */
static struct unit_text class_bound(const struct syscall_row *row, double quantile)
{
	int64_t all = 0;
	int64_t seen = 0;

	for (size_t class = 0; class < G_N_ELEMENTS(row->class_count); class ++)
		all += row->class_count[class];
	for (size_t class = 0; class < G_N_ELEMENTS(row->class_count); class ++) {
		seen += row->class_count[class];
		if (all > 0 && (double)seen >= quantile * (double)all)
			return units__duration(ldexp(1, (int)class + 1));
	}
	return (struct unit_text){"-"};
}

static const struct text_column syscall_columns[] = {
	{"system call", 22}, {"spans", -9},	 {"blocked", -10},   {"no CPU", -10},
	{"mean", -10},	     {"p50 below", -10}, {"p99 below", -10},
};

void text_section__syscalls(FILE *out, const struct analysis *analysis)
{
	static const struct text_table table = TEXT_TABLE(syscall_columns);

	text__heading(out, "SYSTEM CALLS SLEPT IN",
		      "exact; percentiles: upper ends of power-of-two classes");
	text__titles(out, &table);
	for (size_t i = 0; i < analysis->syscall_count && i < MAX_ROWS; i++) {
		const struct syscall_row *row = &analysis->syscalls[i];
		double mean = (row->blocked_ns + row->runqueue_ns) / (double)row->count;

		text__row(out, &table,
			  (const char *[]){row->name, units__short_count(row->count).text,
					   units__duration(row->blocked_ns).text,
					   units__duration(row->runqueue_ns).text,
					   units__duration(mean).text, class_bound(row, 0.5).text,
					   class_bound(row, 0.99).text});
	}
	text__rest(out, analysis->syscall_count, MAX_ROWS, "system calls");
}

static const struct text_column span_columns[] = {
	{"length", -9}, {"at", -9},	     {"tid", -9},   {"thread", 15},
	{"state", 15},	{"system call", 13}, {"cause", 21},
};

/* Long waits for work are no news. */
static bool is_idle(const struct span_row *row)
{
	return row->cause && g_str_has_prefix(row->cause, "idle/");
}

void text_section__spans(FILE *out, const struct analysis *analysis)
{
	static const struct text_table table = TEXT_TABLE(span_columns);
	size_t shown = 0;

	text__heading(out, "LONGEST SPANS, IDLE ONES LEFT OUT",
		      "exact; at: since the window began");
	text__titles(out, &table);
	for (size_t i = 0; i < analysis->span_count; i++) {
		const struct span_row *row = &analysis->spans[i];
		const struct thread_row *thread = &analysis->threads[row->thread];
		double at = (double)(row->start_ns - analysis->capture.t0_ns);
		char tid[24];

		if (is_idle(row) || shown++ >= MAX_ROWS)
			continue;
		(void)snprintf(tid, sizeof(tid), "%" PRId64, thread->tid);
		text__row(out, &table,
			  (const char *[]){
				  units__duration((double)(row->end_ns - row->start_ns)).text,
				  units__duration(at).text, tid, thread->comm,
				  state__name(row->state), row->syscall ? row->syscall : "-",
				  row->cause ? row->cause : "-"});
	}
	text__rest(out, shown, MAX_ROWS, "long spans");
}

static double no_cpu(const struct state_sums *sums)
{
	return sums->ns[STATE_PREEMPTED] + sums->ns[STATE_WOKEN];
}

static double blocked(const struct state_sums *sums)
{
	return sums->ns[STATE_INTERRUPTIBLE] + sums->ns[STATE_UNINTERRUPTIBLE] +
	       sums->ns[STATE_IO_WAIT] + sums->ns[STATE_STOPPED];
}

static const struct text_column process_columns[] = {
	{"pid", -9},	  {"process", 32}, {"threads", -9},  {"thread time", -11},
	{"running", -10}, {"no CPU", -10}, {"blocked", -10},
};

void text_section__processes(FILE *out, const struct analysis *analysis)
{
	static const struct text_table table = TEXT_TABLE(process_columns);

	text__heading(out, "PROCESSES", "exact");
	text__titles(out, &table);
	for (size_t i = 0; i < analysis->process_count && i < MAX_ROWS; i++) {
		const struct process_row *row = &analysis->processes[i];
		char pid[24];

		(void)snprintf(pid, sizeof(pid), "%" PRId64, row->pid);
		text__row(out, &table,
			  (const char *[]){pid, row->comm,
					   units__short_count((int64_t)row->threads).text,
					   units__duration((double)row->life_ns).text,
					   units__duration(row->states.ns[STATE_RUNNING]).text,
					   units__duration(no_cpu(&row->states)).text,
					   units__duration(blocked(&row->states)).text});
	}
	text__rest(out, analysis->process_count, MAX_ROWS, "processes");
}

struct busy_thread {
	const struct thread_row *row;
	double ns; /* not idle */
};

static gint busier_first(gconstpointer a, gconstpointer b)
{
	const struct busy_thread *left = a;
	const struct busy_thread *right = b;

	if (left->ns != right->ns)
		return left->ns > right->ns ? -1 : 1;
	return (left->row->tid > right->row->tid) - (left->row->tid < right->row->tid);
}

static GArray *busy_threads(const struct analysis *analysis)
{
	GArray *threads = g_array_new(FALSE, TRUE, sizeof(struct busy_thread));

	g_array_set_size(threads, (guint)analysis->thread_count);
	for (guint i = 0; i < threads->len; i++)
		g_array_index(threads, struct busy_thread, i).row = &analysis->threads[i];
	for (size_t i = 0; i < analysis->piece_count; i++) {
		const struct piece *piece = &analysis->pieces[i];

		if (!g_str_has_prefix(analysis->cause_names[piece->cause], "idle/"))
			g_array_index(threads, struct busy_thread, piece->thread).ns += piece->ns;
	}
	g_array_sort(threads, busier_first);
	return threads;
}

static const char *life(const struct thread_row *row)
{
	static const char *const words[2][2] = {{"", "ended"}, {"born", "born, ended"}};

	return words[row->born][row->ended];
}

static const struct text_column thread_columns[] = {
	{"tid", -9},	 {"thread", 15},    {"not idle", -9},  {"running", -9}, {"no CPU", -9},
	{"blocked", -9}, {"voluntary", -9}, {"involunt.", -9}, {"", 11},
};

void text_section__threads(FILE *out, const struct analysis *analysis)
{
	static const struct text_table table = TEXT_TABLE(thread_columns);
	GArray *threads = busy_threads(analysis);

	text__heading(out, "THREADS", "exact, but for what is idle; switches counted");
	text__titles(out, &table);
	for (guint i = 0; i < threads->len && i < MAX_ROWS; i++) {
		const struct busy_thread *thread = &g_array_index(threads, struct busy_thread, i);
		const struct thread_row *row = thread->row;
		char tid[24];

		(void)snprintf(tid, sizeof(tid), "%" PRId64, row->tid);
		text__row(out, &table,
			  (const char *[]){tid, row->comm, units__duration(thread->ns).text,
					   units__duration(row->states.ns[STATE_RUNNING]).text,
					   units__duration(no_cpu(&row->states)).text,
					   units__duration(blocked(&row->states)).text,
					   units__short_count(row->voluntary).text,
					   units__short_count(row->involuntary).text, life(row)});
	}
	text__rest(out, threads->len, MAX_ROWS, "threads");
	g_array_free(threads, TRUE);
}
