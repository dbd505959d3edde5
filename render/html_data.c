// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/html_data.h"

#include "render/html_bytes.h"
#include "render/html_cells.h"
#include "render/pace_lines.h"
#include "render/sums.h"
#include "render/svg.h"

#include <math.h>
#include <string.h>

#define MAX_ROWS 1000 /* threads with a row of their own */
#define STACK_BUDGET 1500000 /* bytes for stacks and their names */
#define CELL_BUDGET 4000000 /* bytes for times; a third more as base64 */
#define MAX_COLUMNS 5000

/* The rows of the picture: the busiest threads, and one for all others. */
struct rows {
	GArray *threads; /* struct busy_thread */
	guint *of_thread; /* by index in analysis.threads */
	guint count;
	GArray *processes; /* guint: those they are of, by index in analysis.processes */
	guint *of_process; /* by that index: which of these, from 1; 0: none */
};

static void add_process(struct rows *rows, size_t process)
{
	const guint index = (guint)process;

	if (rows->of_process[index])
		return;
	g_array_append_val(rows->processes, index);
	rows->of_process[index] = rows->processes->len;
}

static struct rows rows__of(const struct analysis *analysis)
{
	struct rows rows = {.threads = sums__busy_threads(analysis)};

	rows.of_thread = g_new(guint, analysis->thread_count);
	rows.of_process = g_new0(guint, analysis->process_count);
	rows.processes = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < rows.threads->len; i++) {
		const struct thread_row *row =
			g_array_index(rows.threads, struct busy_thread, i).row;

		rows.of_thread[row - analysis->threads] = MIN(i, MAX_ROWS);
		if (i < MAX_ROWS)
			add_process(&rows, row->process);
	}
	rows.count = MIN(rows.threads->len, MAX_ROWS + 1);
	return rows;
}

static void rows__free(struct rows *rows)
{
	g_free(rows->of_thread);
	g_free(rows->of_process);
	g_array_free(rows->processes, TRUE);
	g_array_free(rows->threads, TRUE);
}

static struct json_object *others(const struct rows *rows)
{
	char *name = g_strdup_printf("%u other threads", rows->threads->len - MAX_ROWS);
	struct json_object *row = json_object_new_array();

	json_object_array_add(row, json_object_new_int(-1));
	json_object_array_add(row, json_object_new_string(name));
	json_object_array_add(row, json_object_new_int(-1));
	g_free(name);
	return row;
}

/* [[tid, name, process], ...] */
static struct json_object *describe_rows(const struct rows *rows)
{
	struct json_object *array = json_object_new_array();

	for (guint i = 0; i < MIN(rows->count, MAX_ROWS); i++) {
		const struct thread_row *thread =
			g_array_index(rows->threads, struct busy_thread, i).row;
		struct json_object *row = json_object_new_array();

		json_object_array_add(row, json_object_new_int64(thread->tid));
		json_object_array_add(row, html_bytes__comm(thread->comm));
		json_object_array_add(row,
				      json_object_new_int64(rows->of_process[thread->process] - 1));
		json_object_array_add(array, row);
	}
	if (rows->count > MAX_ROWS)
		json_object_array_add(array, others(rows));
	return array;
}

/* Those that have rows: there may be very many that have none. */
static struct json_object *describe_processes(const struct analysis *analysis,
					      const struct rows *rows)
{
	struct json_object *array = json_object_new_array();

	for (guint i = 0; i < rows->processes->len; i++) {
		const guint index = g_array_index(rows->processes, guint, i);

		json_object_array_add(array, html_bytes__comm(analysis->processes[index].comm));
	}
	return array;
}

/* Where the columns begin, and the end of the last, in microseconds of the window. */
static struct json_object *describe_columns(const struct analysis *analysis,
					    const struct html_fit *fit)
{
	struct json_object *array = json_object_new_array();
	int64_t begin = analysis->capture.t0_ns;

	for (size_t i = 0; i < analysis->slice_count; i += fit->slices_a_column)
		json_object_array_add(
			array,
			json_object_new_int64((analysis->slices[i].start_ns - begin) / 1000));
	if (analysis->slice_count > 0)
		json_object_array_add(
			array,
			json_object_new_int64(
				(analysis->slices[analysis->slice_count - 1].end_ns - begin) /
				1000));
	return array;
}

static struct json_object *names(const char *(*name)(int), int count)
{
	struct json_object *array = json_object_new_array();

	for (int i = 0; i < count; i++)
		json_object_array_add(array, json_object_new_string(name(i)));
	return array;
}

static const char *state_of(int state)
{
	return state__name((enum store_state)state);
}

static const char *basis_of(int basis)
{
	return basis__name((enum basis)basis);
}

static const char *kind_of(int kind)
{
	return svg__kinds[kind].meaning;
}

static struct json_object *describe_causes(const struct analysis *analysis)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < analysis->cause_name_count; i++)
		json_object_array_add(array, html_bytes__name(analysis->cause_names[i]));
	return array;
}

__attribute__((format(printf, 2, 3))) static void note(struct json_object *array,
						       const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	json_object_array_add(array, html_bytes__name(text));
	g_free(text);
}

/* What the page does not have, because it would be too large. */
static struct json_object *describe_fit(const struct analysis *analysis, const struct rows *rows,
					const struct html_leaves *leaves,
					const struct html_fit *fit)
{
	struct json_object *array = json_object_new_array();
	double ns;
	guint merged = html_leaves__merged(leaves, &ns);

	if (merged)
		note(array,
		     "The %s stacks with the least time, together %s (%s), are one here: [small "
		     "stacks, merged].",
		     units__count(merged).text, units__duration(ns).text,
		     units__share(ns / analysis->accounted_ns).text);
	if (fit->merged)
		note(array,
		     "Of every thread and column, stacks with less than %s are in [small stacks, "
		     "merged]: together %s (%s).",
		     units__duration(fit->least_us * 1000).text,
		     units__duration(fit->merged_us * 1000).text,
		     units__share(fit->merged_us * 1000 / analysis->accounted_ns).text);
	if (fit->slices_a_column > 1)
		note(array, "A column is %u slices of the capture.", fit->slices_a_column);
	if (rows->count > MAX_ROWS)
		note(array, "The %u threads that were least busy are one row.",
		     rows->threads->len - MAX_ROWS);
	return array;
}

static struct html_cells *book(struct html_leaves *leaves, const struct analysis *analysis,
			       const struct rows *rows)
{
	guint *of_piece = g_new(guint, analysis->piece_count);
	struct html_cells *cells;

	for (size_t i = 0; i < analysis->piece_count; i++)
		of_piece[i] = html_leaves__book(leaves, &analysis->pieces[i]);
	html_leaves__fit(leaves, STACK_BUDGET);
	cells = html_cells__new(leaves, (guint)analysis->slice_count);
	for (size_t i = 0; i < analysis->piece_count; i++) {
		const struct piece *piece = &analysis->pieces[i];

		html_cells__add(cells, rows->of_thread[piece->thread], piece->slice, of_piece[i],
				piece->ns);
	}
	g_free(of_piece);
	return cells;
}

static struct json_object *describe(const struct analysis *analysis)
{
	struct json_object *data = json_object_new_object();
	struct rows rows = rows__of(analysis);
	struct html_leaves *leaves = html_leaves__new(analysis);
	struct html_cells *cells = book(leaves, analysis, &rows);
	struct html_fit fit = html_cells__fit(cells, CELL_BUDGET, MAX_COLUMNS);
	const struct html_tree *tree = html_leaves__tree(leaves);

	json_object_object_add(data, "notes", describe_fit(analysis, &rows, leaves, &fit));
	json_object_object_add(
		data, "states",
		names(state_of, pace__is_bounded(analysis) ? STATE_COUNT : STATE_UNOBSERVED));
	json_object_object_add(data, "bases", names(basis_of, BASIS_COUNT));
	json_object_object_add(data, "kinds", names(kind_of, FLAME_KIND_COUNT));
	json_object_object_add(data, "causes", describe_causes(analysis));
	json_object_object_add(data, "processes", describe_processes(analysis, &rows));
	json_object_object_add(data, "rows", describe_rows(&rows));
	json_object_object_add(data, "columns", describe_columns(analysis, &fit));
	json_object_object_add(data, "frames", html_tree__frames(tree));
	json_object_object_add(data, "nodes", html_tree__nodes(tree));
	json_object_object_add(data, "leaves",
			       html_leaves__json(leaves, html_cells__leaves(cells)));
	json_object_object_add(data, "cells", html_cells__json(cells));
	html_cells__free(cells);
	html_leaves__free(leaves);
	rows__free(&rows);
	return data;
}

/* No name can end the element: in JSON '<' stands in strings only, and there it has another form.
 */
static void write_safely(FILE *out, const char *json)
{
	for (const char *at = json; *at;) {
		size_t length = strcspn(at, "<");

		(void)fwrite(at, 1, length, out);
		at += length;
		if (*at == '<') {
			(void)fputs("\\u003c", out);
			at++;
		}
	}
}

void html_data__write(FILE *out, const struct analysis *analysis)
{
	struct json_object *data = describe(analysis);

	(void)fputs("<script type=\"application/json\" id=\"data\">", out);
	write_safely(out, json_object_to_json_string_ext(
				  data, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	(void)fputs("</script>\n", out);
	json_object_put(data);
}
