// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How long calls of the probe points took, and how long threads slept in system calls. */
#include "render/html_histogram.h"
#include "render/html_parts.h"
#include "render/html_sections.h"
#include "render/pace_lines.h"
#include "render/sums.h"

#include <math.h>
#include <string.h>

#define MAX_CALLS 6 /* system calls with a histogram */

static void write_marks(FILE *out, const struct html_mark *marks, size_t count)
{
	(void)fputs("<dl class=\"quantiles\">", out);
	for (size_t i = 0; i < count; i++) {
		(void)fputs("<div>", out);
		html__say(out, "dt", "%s", marks[i].name);
		html__say(out, "dd", "%s", units__duration(marks[i].ns).text);
		(void)fputs("</div>", out);
	}
	(void)fputs("</dl>\n", out);
}

static GArray *bins_of_point(const struct function_row *row)
{
	GArray *bins = g_array_new(FALSE, FALSE, sizeof(struct html_bin));

	for (size_t i = 0; i < row->bucket_count; i++) {
		struct html_bin bin = {(double)row->buckets[i].from_ns,
				       (double)row->buckets[i].below_ns, row->buckets[i].calls};

		g_array_append_val(bins, bin);
	}
	return bins;
}

static GArray *bins_of_call(const struct syscall_row *row)
{
	GArray *bins = g_array_new(FALSE, FALSE, sizeof(struct html_bin));

	for (size_t class = 0; class < G_N_ELEMENTS(row->class_count); class ++) {
		struct html_bin bin = {ldexp(1, (int)class), ldexp(1, (int)class + 1),
				       (double)row->class_count[class]};

		if (bin.count > 0)
			g_array_append_val(bins, bin);
	}
	return bins;
}

static void hold(struct html_axis *axis, GArray *bins)
{
	html_axis__hold(axis, (const struct html_bin *)(const void *)bins->data, bins->len);
	g_array_free(bins, TRUE);
}

static void write_figure(FILE *out, const char *name, const char *about, GArray *bins,
			 const struct html_mark *marks, size_t count, const struct html_axis *axis)
{
	const struct html_histogram histogram = {
		.label = name,
		.bins = (const struct html_bin *)(const void *)bins->data,
		.bin_count = bins->len,
		.marks = marks,
		.mark_count = count,
	};

	(void)fputs("<figure><figcaption>", out);
	html__say(out, "b", "%s", name);
	html__say(out, "span", "%s", about);
	(void)fputs("</figcaption>\n", out);
	if (axis->to_ns > axis->from_ns)
		html_histogram__write(out, &histogram, axis);
	write_marks(out, marks, count);
	(void)fputs("</figure>\n", out);
	g_array_free(bins, TRUE);
}

static void write_point(FILE *out, const struct function_row *row, const struct html_axis *axis)
{
	const struct latency *latency = &row->latency;
	const struct html_mark marks[] = {
		{"P50", latency->p50_ns},    {"P90", latency->p90_ns}, {"P99", latency->p99_ns},
		{"P99.9", latency->p999_ns}, {"max", latency->max_ns},
	};
	char *about = g_strdup_printf("%s timed, %s", units__count(latency->timed).text,
				      latency->exact ? "all of them: exact" : "sampled");

	write_figure(out, row->name, about, bins_of_point(row), marks, G_N_ELEMENTS(marks), axis);
	g_free(about);
}

static gboolean any_is_hooked(const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->function_count; i++)
		if (strcmp(analysis->functions[i].backend, store_backend__name(BACKEND_EVIDENCE)) !=
		    0)
			return TRUE;
	return FALSE;
}

static void write_points(FILE *out, const struct analysis *analysis)
{
	struct html_axis axis = {0};
	size_t timed = 0;

	for (size_t i = 0; i < analysis->function_count; i++) {
		if (analysis->functions[i].latency.timed > 0)
			hold(&axis, bins_of_point(&analysis->functions[i]));
	}
	(void)fputs("<h3>Calls of the probe points</h3>\n<div class=\"multiples\">\n", out);
	for (size_t i = 0; i < analysis->function_count; i++) {
		if (analysis->functions[i].latency.timed <= 0)
			continue;
		write_point(out, &analysis->functions[i], &axis);
		timed++;
	}
	(void)fputs("</div>\n", out);
	if (timed == 0)
		html__say(out, "p class=\"note\"", "%s",
			  any_is_hooked(analysis)
				  ? "No call ended in the window."
				  : "None was timed: see above why functions could not be hooked "
				    "here.");
}

static void write_call(FILE *out, const struct syscall_row *row, const char *label,
		       const struct html_axis *axis)
{
	char *about = g_strdup_printf("%s spans: %s; classes are powers of two",
				      units__count(row->count).text, label);
	const struct html_mark none = {NULL, NAN};
	GArray *bins = bins_of_call(row);

	write_figure(out, row->name, about, bins, &none, 0, axis);
	g_free(about);
}

static gboolean has_histogram(const struct syscall_row *row)
{
	for (size_t class = 0; class < G_N_ELEMENTS(row->class_count); class ++)
		if (row->class_count[class] > 0)
			return TRUE;
	return FALSE;
}

static void write_syscalls(FILE *out, const struct analysis *analysis)
{
	const struct syscall_row *shown[MAX_CALLS];
	struct html_axis axis = {0};
	size_t count = 0;

	for (size_t i = 0; i < analysis->syscall_count; i++) {
		const struct syscall_row *row = &analysis->syscalls[i];

		if (has_histogram(row) && count++ < MAX_CALLS) {
			shown[count - 1] = row;
			hold(&axis, bins_of_call(row));
		}
	}
	(void)fputs("<h3>Sleeps in system calls</h3>\n<div class=\"multiples\">\n", out);
	for (size_t i = 0; i < count && i < MAX_CALLS; i++)
		write_call(out, shown[i], pace__label(analysis, PACE_WAITS), &axis);
	(void)fputs("</div>\n", out);
	if (count == 0)
		html__say(out, "p class=\"note\"", "No sleep began and ended in the window.");
	if (count > MAX_CALLS)
		html__say(out, "p class=\"note\"", "and %zu more: see the JSON report",
			  count - MAX_CALLS);
}

void html_section__latency(FILE *out, const struct analysis *analysis)
{
	html__section(out, "latency", "Latency",
		      "how often each length was seen, on a logarithmic axis of time");
	write_points(out, analysis);
	write_syscalls(out, analysis);
	html__section_end(out);
}
