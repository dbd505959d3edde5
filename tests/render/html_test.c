// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The page: its parts, that names stay names, and that its times are the analysis's. */
#include "analysis_sample.h"
#include "cmocka_all.h"
#include "html_capture.h"
#include "html_page.h"
#include "output.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* U+202E: as a string it would mislead who reads this. */
static const char right_to_left[] = {'\xe2', '\x80', '\xae', '\0'};

static size_t count_of(const char *text, const char *wanted)
{
	size_t count = 0;

	for (; (text = strstr(text, wanted)); text += strlen(wanted))
		count++;
	return count;
}

/* Microseconds of a row, a column (or all: -1) and a state. */
static guint64 sum_of(struct json_object *data, int row, int column, guint64 state)
{
	GArray *cells = html_page__numbers(data, "cells");
	GArray *leaves = html_page__numbers(data, "leaves");
	guint64 columns = json_object_array_length(html_page__member(data, "columns")) - 1;
	guint64 cell = 0;
	guint64 sum = 0;

	for (guint at = 0; at < cells->len;) {
		guint64 weights = HTML_NUMBER_AT(cells, at + 1);

		cell += HTML_NUMBER_AT(cells, at);
		at += 2;
		for (guint64 i = 0; i < weights; i++, at += 2) {
			assert_true(HTML_NUMBER_AT(cells, at) < leaves->len / 4);
			if ((cell - 1) / columns == (guint64)row &&
			    (column < 0 || (cell - 1) % columns == (guint64)column) &&
			    HTML_NUMBER_AT(leaves, (guint)HTML_NUMBER_AT(cells, at) * 4 + 2) ==
				    state)
				sum += HTML_NUMBER_AT(cells, at + 1);
		}
	}
	g_array_free(cells, TRUE);
	g_array_free(leaves, TRUE);
	return sum;
}

static int row_of(struct json_object *data, int64_t tid)
{
	struct json_object *rows = html_page__member(data, "rows");

	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		if (json_object_get_int64(json_object_array_get_idx(row, 0)) == tid)
			return (int)i;
	}
	fail_msg("there is no thread %d", (int)tid);
	return -1;
}

static size_t exact_remarks(const char *page)
{
	static const char start[] = "<p class=\"remark\">";
	size_t count = 0;

	while ((page = strstr(page, start))) {
		char *remark;

		page += sizeof(start) - 1;
		remark = g_strndup(page, (gsize)(strchr(page, '<') - page));
		count += strstr(remark, "exact") != NULL;
		g_free(remark);
	}
	return count;
}

static void a_bounded_ledger_is_not_called_exact(void **state)
{
	static const char *const remarks[] = {
		">times of running, unobserved: exact; rest: seen only, see the budget<",
		">every thread, slice by slice; sampled<",
		">totals exact of threads and of running, all others sampled; places in ",
		">counts exact unless the row says no; times as the points took them<",
		">waits on the slow path; exact<",
		">exact counts of the kernel; cached: at least, estimated<",
		">counted, exact<", /* losses */
		">seen only; percentiles",
		">seen only; waiting for work left out; at: since the window began<",
		"blocked: seen only<",
		"spans: seen only; classes",
		">&gt;11</td>",
	};
	struct analysis analysis;
	char *page;

	(void)state;
	analysis_sample__bounded(&analysis);
	page = output__report(&analysis, "html");
	analysis_sample__free(&analysis);
	for (size_t i = 0; i < G_N_ELEMENTS(remarks); i++)
		if (!strstr(page, remarks[i]))
			fail_msg("there is no \"%s\"", remarks[i]);
	/* Those above, of three tables the first. */
	assert_int_equal(exact_remarks(page), 8);
	assert_int_equal(count_of(page, ">unobserved</th>"), 2);
	free(page);
	page = output__report(analysis_sample(), "html");
	assert_int_equal(count_of(page, "seen only"), 0);
	assert_int_equal(count_of(page, ">unobserved</th>"), 0);
	assert_int_equal(count_of(page, "<p class=\"remark\">exact</p>"),
			 2); /* states, processes */
	free(page);
}

static void every_part_is_there(void **state)
{
	static const char *const ids[] = {
		"verdict", "states",	"time",	  "flame",    "causes", "functions",
		"latency", "locks",	"spans",  "syscalls", "calls",	"io",
		"threads", "processes", "checks", "losses",   "cost",	"machine"};
	static const char *const texts[] = {
		"<b>lock/futex</b> took <b>60.0 %</b>", /* 60 s of 100 s that are not idle */
		"57.00 s \xe2\x80\x93 63.00 s",
		"estimated",
		"2023-11-14 22:13:20 UTC",
		"records lost to a full ring",
		"0xffff888100000000",
		"no function can be hooked here (lockdown)",
		"Not seen: page-cache/insert.",
		"4,321 timed, sampled",
		"<dt>P99.9</dt>\n<dd>7.000 ms</dd>",
	};
	char *page = output__report(analysis_sample(), "html");

	(void)state;
	assert_true(g_str_has_prefix(page, "<!DOCTYPE html>\n<html lang=\"en\">"));
	assert_true(g_str_has_suffix(page, "</body>\n</html>\n"));
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		char *section = g_strdup_printf("<section id=\"%s\"", ids[i]);

		assert_int_equal(count_of(page, section), 1);
		g_free(section);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		if (!strstr(page, texts[i]))
			fail_msg("there is no \"%s\"", texts[i]);
	assert_null(strstr(page, " characters)")); /* nothing of it is cut */
	/* A histogram of the probe point's calls, one of the system call's sleeps. */
	assert_int_equal(count_of(page, "<svg class=\"histogram\""), 2);
	assert_int_equal(count_of(page, "<rect class=\"bin\""), 3 + 2);
	assert_int_equal(count_of(page, "<section "), count_of(page, "</section>"));
	assert_int_equal(count_of(page, "<table>"), count_of(page, "</table>"));
	free(page);
}

/* Nothing is fetched, and nothing but the one script and the one style is taken. */
static void it_stands_alone(void **state)
{
	static const char *const never[] = {
		"src=",	    "href=\"http", "@import",	  "url(",	  " style=\"",
		" onload=", " onclick=",   "javascript:", "unsafe-inline"};
	char *page = output__report(analysis_sample(), "html");

	(void)state;
	assert_non_null(strstr(page, "<meta http-equiv=\"Content-Security-Policy\" content=\""
				     "default-src 'none'; script-src 'sha256-"));
	assert_int_equal(count_of(page, "<script"), 2);
	assert_int_equal(count_of(page, "<style"), 1);
	for (size_t i = 0; i < G_N_ELEMENTS(never); i++)
		if (strstr(page, never[i]))
			fail_msg("there is \"%s\"", never[i]);
	free(page);
}

static void times_are_those_of_the_threads(void **state)
{
	const struct analysis *sample = analysis_sample();
	char *page = output__report(sample, "html");
	struct json_object *data = html_page__data(page);

	(void)state;
	for (int i = 0; i < 3; i++) {
		int row = row_of(data, 4242 + i);

		/* The pieces of the sample: the causes' times over thirty threads, in one slice. */
		assert_int_equal(sum_of(data, row, 0, STATE_RUNNING), 1000000);
		assert_int_equal(sum_of(data, row, 0, STATE_UNINTERRUPTIBLE), 100000);
		assert_in_range(sum_of(data, row, 0, STATE_INTERRUPTIBLE), 8666666, 8666668);
		assert_in_range(sum_of(data, row, 0, STATE_WOKEN), 233333, 233334);
		assert_int_equal(sum_of(data, row, 1, STATE_RUNNING), 0);
	}
	json_object_put(data);
	free(page);
}

static void times_are_those_of_the_slices(void **state)
{
	struct analysis *analysis = html_capture(&(struct html_shape){
		.threads = 5, .slices = 7, .stacks = 11, .draws = 3, .name = "service"});
	char *page;
	struct json_object *data;

	(void)state;
	assert_non_null(analysis);
	page = output__report(analysis, "html");
	data = html_page__data(page);
	assert_int_equal(json_object_array_length(html_page__member(data, "notes")), 0);
	for (int thread = 0; thread < 5; thread++) {
		int row = row_of(data, 100 + thread);

		for (int slice = 0; slice < 7; slice++) {
			int64_t us = html_capture__running_ns(thread, slice) / 1000;

			assert_true(llabs((int64_t)sum_of(data, row, slice, STATE_RUNNING) - us) <=
				    1);
			assert_true(llabs((int64_t)sum_of(data, row, slice, STATE_INTERRUPTIBLE) -
					  (1000000 - us)) <= 1);
		}
	}
	json_object_put(data);
	free(page);
	analysis__free(analysis);
}

static void check_stranger(const char *name)
{
	struct analysis analysis;
	char *page;

	analysis_sample__hostile(&analysis, name);
	page = output__report(&analysis, "html");
	assert_true(g_utf8_validate(page, -1, NULL));
	assert_int_equal(count_of(page, "<script"), 2);
	assert_int_equal(count_of(page, "</script"), 2);
	assert_null(strstr(page, "<img"));
	assert_null(strstr(page, "<!--"));
	assert_null(strstr(page, right_to_left));
	assert_true(strlen(page) < 2000000);
	json_object_put(html_page__data(page));
	free(page);
	analysis_sample__free(&analysis);
}

static void strangers_break_nothing(void **state)
{
	char *long_name = g_strnfill(10240, '<');

	(void)state;
	check_stranger("</script><script>alert(1)</script>");
	check_stranger("]]>&amp;\"'><img src=x onerror=alert(1)>");
	check_stranger("\xff\xc3(\x01\x7f");
	check_stranger(right_to_left);
	check_stranger("<!--");
	check_stranger("");
	check_stranger(long_name);
	g_free(long_name);
}

/* Damaged captures hold such times; what is drawn of them does not matter, that it ends does. */
static void odd_times_are_no_danger(void **state)
{
	static const double times[] = {-1, NAN, INFINITY, 1e300};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		struct analysis analysis;
		char *page;

		analysis_sample__hostile(&analysis, "x");
		analysis.pieces =
			g_memdup2(analysis.pieces, sizeof(*analysis.pieces) * analysis.piece_count);
		analysis.pieces[3].ns = times[i];
		analysis.functions[0].wall.high = analysis.functions[0].latency.max_ns = times[i];
		page = output__report(&analysis, "html");
		json_object_put(html_page__data(page));
		free(page);
		g_free(analysis.pieces);
		analysis_sample__free(&analysis);
	}
}

/* Between the first two of them, for the caller to free. */
static char *between(const char *page, const char *begin, const char *end)
{
	const char *from = strstr(page, begin);
	const char *to = from ? strstr(from, end) : NULL;

	assert_non_null(to);
	return g_strndup(from, (gsize)(to - from));
}

static char *part_of(const struct analysis *analysis, const char *begin, const char *end)
{
	char *page = output__report(analysis, "html");
	char *part = between(page, begin, end);

	free(page);
	return part;
}

static void calls_without_a_histogram_are_counted(void **state)
{
	struct syscall_row rows[9];
	struct analysis analysis = *analysis_sample();
	char *six, *nine;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		rows[i] = (struct syscall_row){.name = "read", .count = 1};
		rows[i].class_count[i < 6 ? 10 + i : 40] = 1;
	}
	analysis.syscalls = rows;
	analysis.syscall_count = 6;
	six = part_of(&analysis, "<h3>Sleeps", "</section>");
	analysis.syscall_count = 9;
	nine = part_of(&analysis, "<h3>Sleeps", "</section>");
	assert_null(strstr(six, " more"));
	assert_non_null(strstr(nine, "and 3 more"));
	/* Nor does the axis reach out to them. */
	*strstr(nine, "</div>\n<p") = '\0';
	assert_true(g_str_has_prefix(six, nine));
	g_free(six);
	g_free(nine);
}

static void it_is_told_why_no_call_was_timed(void **state)
{
	struct analysis analysis;
	char *part;

	(void)state;
	analysis_sample__hostile(&analysis, "x");
	analysis.functions[0].latency.timed = 0;
	analysis.functions[0].backend = "fentry";
	part = part_of(&analysis, "<h3>Calls of the", "<h3>Sleeps");
	assert_non_null(strstr(part, "No call ended in the window."));
	g_free(part);
	analysis.functions[0].backend = "evidence";
	part = part_of(&analysis, "<h3>Calls of the", "<h3>Sleeps");
	assert_non_null(strstr(part, "why functions could not be hooked"));
	g_free(part);
	analysis_sample__free(&analysis);
}

static void who_waits_is_as_sure_as_the_least_sure_part(void **state)
{
	struct analysis analysis = *analysis_sample();
	char *part = part_of(&analysis, "<h3>Who waits", "<h3>Kernel locks");

	(void)state;
	assert_non_null(strstr(part, "sampled"));
	assert_null(strstr(part, "estimated"));
	g_free(part);
	analysis.pieces =
		g_memdup2(analysis.pieces, sizeof(*analysis.pieces) * analysis.piece_count);
	analysis.pieces[5].basis = BASIS_ESTIMATED; /* one worker's */
	part = part_of(&analysis, "<h3>Who waits", "<h3>Kernel locks");
	assert_non_null(strstr(part, "estimated"));
	g_free(part);
	g_free(analysis.pieces);
}

static void who_waits_for_each_lock(void **state)
{
	char *part = part_of(analysis_sample(), "<h3>Kernel locks", "id=\"spans\"");

	(void)state;
	assert_non_null(strstr(part, ">worker (3 threads): 2.600 s in 999 waits; fileread 4242: "
				     "400.0 ms in 1 wait<"));
	g_free(part);
}

static void a_wait_outside_of_calls_is_in_none(void **state)
{
	struct analysis analysis = *analysis_sample();
	struct span_row spans[] = {analysis.spans[0], analysis.spans[0]};
	char *part;

	(void)state;
	spans[1].syscall = syscall__name(-1);
	analysis.spans = spans;
	analysis.span_count = G_N_ELEMENTS(spans);
	part = part_of(&analysis, "<section id=\"spans\"", "</section>");
	assert_int_equal(count_of(part, " in futex</span>"), 1);
	assert_int_equal(count_of(part, "class=\"what\""), 2);
	assert_null(strstr(part, "(no system call)"));
	g_free(part);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_is_there),
		cmocka_unit_test(a_bounded_ledger_is_not_called_exact),
		cmocka_unit_test(it_stands_alone),
		cmocka_unit_test(times_are_those_of_the_threads),
		cmocka_unit_test(times_are_those_of_the_slices),
		cmocka_unit_test(strangers_break_nothing),
		cmocka_unit_test(odd_times_are_no_danger),
		cmocka_unit_test(calls_without_a_histogram_are_counted),
		cmocka_unit_test(it_is_told_why_no_call_was_timed),
		cmocka_unit_test(who_waits_is_as_sure_as_the_least_sure_part),
		cmocka_unit_test(who_waits_for_each_lock),
		cmocka_unit_test(a_wait_outside_of_calls_is_in_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
