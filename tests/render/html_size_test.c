// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The page stays small whatever is in the capture, and what is merged for it is not lost. */
#include "analysis_sample.h"
#include "cmocka_all.h"
#include "html_capture.h"
#include "html_page.h"
#include "output.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BYTES_LIMIT 10000000

static double whole_of(struct json_object *data)
{
	GArray *cells = html_page__numbers(data, "cells");
	double sum = 0;

	for (guint at = 0; at < cells->len;) {
		guint64 weights = HTML_NUMBER_AT(cells, at + 1);

		at += 2;
		for (guint64 i = 0; i < weights; i++, at += 2)
			sum += (double)HTML_NUMBER_AT(cells, at + 1);
	}
	g_array_free(cells, TRUE);
	return sum;
}

/* Every thread and slice has `draws` times in stacks of their own. */
static struct analysis crowd(guint threads, guint slices, guint draws, struct analysis *from)
{
	struct analysis out = *from;
	guint calls = 300;

	out.lock_count = 0; /* for which its threads wait */
	out.thread_count = threads;
	out.threads = g_new0(struct thread_row, threads);
	for (guint i = 0; i < threads; i++)
		out.threads[i] = (struct thread_row){
			.id = i + 1, .tid = 1000 + i, .comm = "a-worker-thread", .life_ns = slices};
	out.slice_count = slices;
	out.slices = g_new0(struct slice_row, slices);
	for (guint i = 0; i < slices; i++)
		out.slices[i] = (struct slice_row){.start_ns = 1000 + i * 1000000000L,
						   .end_ns = 1000 + (i + 1) * 1000000000L};
	out.piece_count = (size_t)threads * slices * draws;
	out.pieces = g_new0(struct piece, out.piece_count);
	out.accounted_ns = 1e9 * threads * slices;
	for (size_t i = 0; i < out.piece_count; i++)
		out.pieces[i] = (struct piece){
			.thread = (guint32)(i / draws / slices),
			.slice = (guint32)(i / draws % slices),
			.cause = (guint32)(i % 5),
			.state = i % draws % 3 ? STATE_INTERRUPTIBLE : STATE_RUNNING,
			.syscall = (gint32)((i * 7919) % calls),
			.basis = BASIS_SAMPLED,
			.ns = 1e9 / draws,
		};
	return out;
}

static void free_crowd(struct analysis *analysis)
{
	g_free(analysis->threads);
	g_free(analysis->slices);
	g_free(analysis->pieces);
}

static void crowds_fit(void **state)
{
	static const struct {
		guint threads, slices, draws;
	} crowds[] = {{500, 600, 2}, {500, 600, 4}, {3000, 50, 2}, {60, 3000, 2}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(crowds); i++) {
		struct analysis sample = *analysis_sample();
		struct analysis analysis =
			crowd(crowds[i].threads, crowds[i].slices, crowds[i].draws, &sample);
		gint64 begin = g_get_monotonic_time();
		char *page = output__report(&analysis, "html");
		struct json_object *data = html_page__data(page);
		double whole = whole_of(data);

		print_message("%u threads, %u slices, %zu pieces: %zu bytes in %.1f s\n",
			      crowds[i].threads, crowds[i].slices, analysis.piece_count,
			      strlen(page), (double)(g_get_monotonic_time() - begin) / 1e6);
		assert_true(strlen(page) < BYTES_LIMIT);
		/* Merged, but not lost. */
		assert_true(fabs(whole * 1000 / analysis.accounted_ns - 1) < 1e-5);
		if (crowds[i].threads == 500 && crowds[i].draws == 2)
			assert_int_equal(
				json_object_array_length(html_page__member(data, "columns")), 601);
		json_object_put(data);
		free(page);
		free_crowd(&analysis);
	}
}

/* More stacks, with longer names, than the page has room for. */
static void stacks_that_do_not_fit_are_told(void **state)
{
	struct analysis *analysis = html_capture(&(struct html_shape){
		.threads = 40, .slices = 50, .stacks = 40000, .draws = 20, .name = "service"});
	char *page;
	struct json_object *data;

	(void)state;
	assert_non_null(analysis);
	page = output__report(analysis, "html");
	data = html_page__data(page);
	assert_true(strlen(page) < BYTES_LIMIT);
	assert_non_null(strstr(json_object_get_string(json_object_array_get_idx(
				       html_page__member(data, "notes"), 0)),
			       "stacks with the least time"));
	assert_non_null(strstr(page, "[small stacks, merged]"));
	assert_true(fabs(whole_of(data) * 1000 / analysis->accounted_ns - 1) < 1e-5);
	json_object_put(data);
	free(page);
	analysis__free(analysis);
}

/* Threads, processes, functions and whole stacks with names that take as much room as names can. */
static void names_of_any_length_fit(void **state)
{
	const guint threads = 500;
	GString *long_name = g_string_new(NULL);
	struct process_row *processes = g_new0(struct process_row, threads);
	struct span_row *spans = g_new0(struct span_row, 40);
	struct analysis *named;
	struct analysis analysis;
	store_id sleeping = 0;
	struct json_object *data;
	char *page;

	(void)state;
	for (guint i = 0; i < 300; i++)
		g_string_append(long_name, i % 2 ? "<" : "\"");
	named = html_capture(&(struct html_shape){.threads = 1,
						  .slices = 1,
						  .stacks = 20000,
						  .draws = 1,
						  .name = long_name->str,
						  .more = long_name->str,
						  .depth = 100});
	assert_non_null(named);
	for (size_t i = 0; i < named->piece_count; i++)
		if (named->pieces[i].state != STATE_RUNNING)
			sleeping = named->pieces[i].stack;
	analysis = crowd(threads, 600, 2, named);
	for (size_t i = 0; i < analysis.piece_count; i++)
		analysis.pieces[i].stack = 2 + (store_id)(i * 7919) % 40000;
	for (guint i = 0; i < threads; i++) {
		processes[i].comm = processes[i].exe = long_name->str;
		analysis.threads[i].comm = long_name->str;
		analysis.threads[i].process = i;
	}
	for (guint i = 0; i < 40; i++)
		spans[i] = (struct span_row){.thread = i,
					     .start_ns = 1000,
					     .end_ns = 2000 + i,
					     .state = STATE_INTERRUPTIBLE,
					     .syscall = "futex",
					     .stack = sleeping};
	analysis.processes = processes;
	analysis.process_count = threads;
	analysis.spans = spans;
	analysis.span_count = 40;
	page = output__report(&analysis, "html");
	data = html_page__data(page);
	print_message("names of 300 characters that take six bytes each: %zu bytes\n",
		      strlen(page));
	assert_true(strlen(page) < BYTES_LIMIT);
	assert_true(fabs(whole_of(data) * 1000 / analysis.accounted_ns - 1) < 1e-5);
	/* What has no room is told. */
	assert_non_null(strstr(page, "Its stack is left out, so that this page stays small."));
	assert_non_null(strstr(page, "stacks with the least time"));
	json_object_put(data);
	free(page);
	free_crowd(&analysis);
	analysis__free(named);
	g_free(processes);
	g_free(spans);
	g_string_free(long_name, TRUE);
}

/* Twelve days of slices of a second. */
static void slices_of_any_number_fit(void **state)
{
	struct analysis sample = *analysis_sample();
	struct analysis analysis = crowd(1, 1000000, 1, &sample);
	char *page;
	struct json_object *data;

	(void)state;
	analysis.window_ns = 1000000 * INT64_C(1000000000);
	for (size_t i = 0; i < analysis.piece_count; i++) {
		analysis.slices[i].states.ns[STATE_RUNNING] = 1e9;
		analysis.pieces[i].syscall = 0;
		analysis.pieces[i].cause = 0;
	}
	page = output__report(&analysis, "html");
	data = html_page__data(page);
	print_message("a million slices: %zu bytes\n", strlen(page));
	assert_true(strlen(page) < BYTES_LIMIT);
	assert_true(fabs(whole_of(data) * 1000 / analysis.accounted_ns - 1) < 1e-5);
	assert_non_null(strstr(page, " slices of the capture."));
	json_object_put(data);
	free(page);
	free_crowd(&analysis);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_any_length_fit),
		cmocka_unit_test(slices_of_any_number_fit),
		cmocka_unit_test(crowds_fit),
		cmocka_unit_test(stacks_that_do_not_fit_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
