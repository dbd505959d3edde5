// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A capture as a trace for Perfetto: what is known of its threads in time. Exact are the sums of
 * states of each slice (counters) and the longest waits; what a stack is known of is drawn as
 * samples (perfetto_samples.c).
 */
#include "render/perfetto_capture.h"

#include "render/formats.h"

#include <math.h>
#include <string.h>

/* A track has one value at a time: a sum stands from the beginning of its slice. */
static void write_counter(struct perfetto_capture *capture, uint32_t thread, enum store_state state,
			  const long double *sums)
{
	const struct analysis *analysis = capture->part->analysis;
	char *name = g_strdup_printf("slice sums: %s", state__name(state));
	uint64_t counter = perfetto__counter(capture->trace, capture->thread_tracks[thread], name);
	long double exact = 0;
	int64_t given = 0, last = 0;

	g_free(name);
	for (size_t slice = 0; slice < analysis->slice_count; slice++) {
		int64_t value;

		/* Fractions are carried, so that whole numbers sum to the total. */
		exact += sums[slice * STATE_COUNT + state];
		value = (int64_t)llroundl(exact) - given;
		given += value;
		if (value || last)
			perfetto__count(capture->trace, counter,
					(uint64_t)analysis->slices[slice].start_ns, value);
		last = value;
	}
	if (last)
		perfetto__count(capture->trace, counter,
				(uint64_t)analysis->slices[analysis->slice_count - 1].end_ns, 0);
}

/* `of`: pieces of one thread. */
static void write_sums(struct perfetto_capture *capture, const struct piece *const *of,
		       size_t count)
{
	const struct analysis *analysis = capture->part->analysis;
	long double *sums = g_new0(long double, analysis->slice_count *STATE_COUNT);
	unsigned int states = 0;

	for (size_t i = 0; i < count; i++) {
		sums[of[i]->slice * (size_t)STATE_COUNT + of[i]->state] += of[i]->ns;
		states |= 1U << of[i]->state;
	}
	for (int state = 0; state < STATE_COUNT; state++)
		if (states & 1U << state)
			write_counter(capture, of[0]->thread, (enum store_state)state, sums);
	g_free(sums);
}

static uint32_t find_slice(const struct analysis *analysis, int64_t at_ns)
{
	uint32_t slice = 0;

	while (slice + 1 < analysis->slice_count && analysis->slices[slice].end_ns <= at_ns)
		slice++;
	return slice;
}

#define NO_CAUSE UINT32_MAX /* none that any stack has */

static uint32_t find_cause(const struct analysis *analysis, const char *name)
{
	for (uint32_t i = 0; i < analysis->cause_name_count; i++)
		if (name && !strcmp(analysis->cause_names[i], name))
			return i;
	return NO_CAUSE;
}

static bool is_wanted(const struct perfetto_capture *capture, const struct span_row *span)
{
	const struct analysis *analysis = capture->part->analysis;
	uint32_t cause = find_cause(analysis, span->cause);
	const struct piece piece = {
		.thread = (uint32_t)span->thread,
		.slice = find_slice(analysis, span->start_ns),
		.cause = cause == NO_CAUSE ? 0 : cause,
		.state = span->state,
	};

	if (cause == NO_CAUSE && capture->part->wish.pick.cause)
		return false;
	return perfetto_capture__takes(capture, &piece);
}

static void write_wait(struct perfetto_capture *capture, uint64_t track, const struct span_row *row)
{
	const struct perfetto_note notes[] = {
		{"state", state__name(row->state), 0},
		{"system call", row->syscall, 0},
		{"waited for a CPU at its end (ns)", NULL, row->runqueue_ns},
	};
	const struct perfetto_span span = {
		.track = track,
		.name = row->cause ? row->cause : state__name(row->state),
		.category = "longest waits",
		.start_ns = (uint64_t)row->start_ns,
		.end_ns = (uint64_t)row->end_ns,
		.callstack = row->stack ? perfetto_capture__callstack(capture, row->stack) : 0,
		.notes = notes,
		.note_count = G_N_ELEMENTS(notes),
	};

	perfetto__add_span(capture->trace, &span);
}

static void write_waits(struct perfetto_capture *capture)
{
	const struct analysis *analysis = capture->part->analysis;
	uint64_t *tracks = g_new0(uint64_t, analysis->thread_count + 1);

	for (size_t i = 0; i < analysis->span_count; i++) {
		const struct span_row *span = &analysis->spans[i];
		uint64_t thread = capture->thread_tracks[span->thread];

		if (!is_wanted(capture, span))
			continue;
		if (!tracks[span->thread])
			tracks[span->thread] =
				perfetto__track(capture->trace, thread, "longest waits");
		write_wait(capture, tracks[span->thread], span);
	}
	g_free(tracks);
}

static void write_threads(struct perfetto_capture *capture)
{
	const struct analysis *analysis = capture->part->analysis;
	uint64_t *processes = g_new0(uint64_t, analysis->process_count + 1);

	for (size_t i = 0; i < analysis->process_count; i++)
		processes[i] = perfetto__process(capture->trace, analysis->processes[i].pid,
						 analysis->processes[i].comm);
	for (size_t i = 0; i < analysis->thread_count; i++) {
		const struct thread_row *thread = &analysis->threads[i];

		capture->thread_tracks[i] = perfetto__thread(
			capture->trace, processes[thread->process],
			analysis->processes[thread->process].pid, thread->tid, thread->comm);
	}
	g_free(processes);
}

static void write_remarks(struct perfetto_capture *capture)
{
	char **remarks = flame_part__remarks(capture->part);
	uint64_t track = perfetto__track(capture->trace, 0, "wallflame");

	for (char **remark = remarks; *remark; remark++)
		perfetto__add_mark(capture->trace, track,
				   (uint64_t)capture->part->analysis->capture.t0_ns, *remark);
	g_strfreev(remarks);
}

/* Those of each thread together, in the order of time. */
static gint compare_pieces(gconstpointer a, gconstpointer b)
{
	const struct piece *left = *(const struct piece *const *)a;
	const struct piece *right = *(const struct piece *const *)b;

	if (left->thread != right->thread)
		return left->thread < right->thread ? -1 : 1;
	if (left->slice != right->slice)
		return left->slice < right->slice ? -1 : 1;
	return left < right ? -1 : left > right;
}

static GPtrArray *choose_pieces(const struct perfetto_capture *capture)
{
	const struct analysis *analysis = capture->part->analysis;
	GPtrArray *pieces = g_ptr_array_new();

	for (size_t i = 0; i < analysis->piece_count; i++)
		if (analysis->pieces[i].ns > 0 &&
		    perfetto_capture__takes(capture, &analysis->pieces[i]))
			g_ptr_array_add(pieces, &analysis->pieces[i]);
	g_ptr_array_sort(pieces, compare_pieces);
	return pieces;
}

static void write_pieces(struct perfetto_capture *capture, const GPtrArray *pieces)
{
	const struct piece *const *all = (const struct piece *const *)pieces->pdata;
	size_t first = 0;

	for (size_t i = 1; i <= pieces->len; i++) {
		if (i < pieces->len && all[i]->thread == all[first]->thread)
			continue;
		write_sums(capture, all + first, i - first);
		perfetto_capture__sample(capture, all + first, i - first);
		first = i;
	}
}

void perfetto__write_part(FILE *out, const struct flame_part *part)
{
	struct perfetto_capture capture = {.part = part};
	GPtrArray *pieces = choose_pieces(&capture);

	perfetto_capture__begin(&capture, out, pieces);
	write_remarks(&capture);
	write_threads(&capture);
	write_waits(&capture);
	write_pieces(&capture, pieces);
	perfetto_capture__end(&capture);
	g_ptr_array_free(pieces, TRUE);
}
