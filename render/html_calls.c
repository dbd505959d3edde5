// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How often system calls were made, what they moved, and how long they took. */
#include "render/call_lines.h"
#include "render/html_parts.h"
#include "render/html_sections.h"

#include <inttypes.h>

#define MAX_ROWS 40

#define CALL_COLUMNS                                                     \
	{"system call", HTML_CODE}, {"calls a second", HTML_NUMBER},     \
		{"95 % interval", HTML_NUMBER}, {"errors", HTML_NUMBER}, \
		{"bytes a call", HTML_NUMBER}, {"mean", HTML_NUMBER},    \
	{                                                                \
		"blocked", HTML_NUMBER                                   \
	}

static const struct html_column all_columns[] = {CALL_COLUMNS};
static const struct html_column process_columns[] = {
	{"pid", HTML_NUMBER},
	{"process", HTML_TEXT},
	CALL_COLUMNS,
};

/* The cells of CALL_COLUMNS into `cells`, which `texts` and `interval` own. */
static void fill(const char *cells[], const struct call_row *row, struct call_texts *texts,
		 struct unit_text *interval)
{
	*texts = call_line__texts(row);
	(void)snprintf(interval->text, sizeof(interval->text), "%.20s \xe2\x80\x93 %.20s",
		       texts->low.text, texts->high.text);
	cells[0] = row->name;
	cells[1] = texts->per_second.text;
	cells[2] = interval->text;
	cells[3] = texts->errors.text;
	cells[4] = texts->bytes.text;
	cells[5] = texts->mean.text;
	cells[6] = texts->blocked.text;
}

static void write_row(FILE *out, const struct html_table *table, const struct call_row *row,
		      const struct process_row *process)
{
	const char *cells[G_N_ELEMENTS(process_columns)];
	struct unit_text interval = {""};
	struct call_texts texts = {0};
	char pid[24];

	if (process) {
		(void)snprintf(pid, sizeof(pid), "%" PRId64, process->pid);
		cells[0] = pid;
		cells[1] = process->comm;
	}
	fill(process ? cells + 2 : cells, row, &texts, &interval);
	html_table__row(out, table, NULL, cells);
}

/* With the processes, or of all of them. */
static void write_rows(FILE *out, const struct html_table *table, const struct analysis *analysis,
		       size_t from, size_t end)
{
	html_table__begin(out, table, "System calls");
	for (size_t i = from; i < end && i < from + MAX_ROWS; i++) {
		const struct call_row *row = &analysis->calls[i];

		write_row(out, table, row,
			  row->process == CALLS_OF_ALL ? NULL : &analysis->processes[row->process]);
	}
	html_table__end(out);
	if (end - from > MAX_ROWS)
		html__say(out, "p class=\"note\"", "and %zu more: see the JSON report",
			  end - from - MAX_ROWS);
}

void html_section__calls(FILE *out, const struct analysis *analysis)
{
	static const struct html_table all_table = HTML_TABLE(all_columns);
	static const struct html_table process_table = HTML_TABLE(process_columns);
	char *remark = call_lines__remark(analysis);
	char *explanation = call_lines__explanation(analysis);
	size_t of_all;

	html__section(out, "calls", "System calls", remark);
	call_lines__of(analysis, CALLS_OF_ALL, &of_all);
	if (of_all)
		write_rows(out, &all_table, analysis, 0, of_all);
	if (call_lines__has_several(analysis))
		write_rows(out, &process_table, analysis, of_all, analysis->call_count);
	html__say(out, "p class=\"note\"", "%s", explanation);
	html__section_end(out);
	g_free(remark);
	g_free(explanation);
}
