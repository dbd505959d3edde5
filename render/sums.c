// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/sums.h"

#include <math.h>
#include <string.h>

double sums__no_cpu(const struct state_sums *sums)
{
	return sums->ns[STATE_PREEMPTED] + sums->ns[STATE_WOKEN];
}

double sums__blocked(const struct state_sums *sums)
{
	return sums->ns[STATE_INTERRUPTIBLE] + sums->ns[STATE_UNINTERRUPTIBLE] +
	       sums->ns[STATE_IO_WAIT] + sums->ns[STATE_STOPPED];
}

bool sums__is_idle(const char *cause)
{
	return cause && g_str_has_prefix(cause, "idle/");
}

double sums__busy(const struct analysis *analysis, double *idle)
{
	double busy = 0;

	*idle = 0;
	for (size_t i = 0; i < analysis->cause_count; i++)
		*(analysis->causes[i].idle ? idle : &busy) += analysis->causes[i].time.ns;
	return busy;
}

static gint by_time(gconstpointer a, gconstpointer b)
{
	const struct cause_row *left = *(const struct cause_row *const *)a;
	const struct cause_row *right = *(const struct cause_row *const *)b;

	if (left->time.ns != right->time.ns)
		return left->time.ns > right->time.ns ? -1 : 1;
	return strcmp(left->path, right->path);
}

GPtrArray *sums__costs(const struct analysis *analysis)
{
	GPtrArray *rows = g_ptr_array_new();

	for (size_t i = 0; i < analysis->cause_count; i++) {
		if (!analysis->causes[i].idle && analysis->causes[i].time.ns > 0)
			g_ptr_array_add(rows, (gpointer)&analysis->causes[i]);
	}
	g_ptr_array_sort(rows, by_time);
	return rows;
}

static gint busier_first(gconstpointer a, gconstpointer b)
{
	const struct busy_thread *left = a;
	const struct busy_thread *right = b;

	if (left->ns != right->ns)
		return left->ns > right->ns ? -1 : 1;
	return (left->row->tid > right->row->tid) - (left->row->tid < right->row->tid);
}

GArray *sums__busy_threads(const struct analysis *analysis)
{
	GArray *threads = g_array_new(FALSE, TRUE, sizeof(struct busy_thread));

	g_array_set_size(threads, (guint)analysis->thread_count);
	for (guint i = 0; i < threads->len; i++)
		g_array_index(threads, struct busy_thread, i).row = &analysis->threads[i];
	for (size_t i = 0; i < analysis->piece_count; i++) {
		const struct piece *piece = &analysis->pieces[i];

		if (!sums__is_idle(analysis->cause_names[piece->cause]))
			g_array_index(threads, struct busy_thread, piece->thread).ns += piece->ns;
	}
	g_array_sort(threads, busier_first);
	return threads;
}

struct unit_text sums__class_bound(const struct syscall_row *row, double quantile)
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
