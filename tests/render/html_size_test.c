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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crowds_fit),
		cmocka_unit_test(stacks_that_do_not_fit_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
