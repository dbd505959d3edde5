// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The text report on what was read and written. */
#include "render/io_lines.h"
#include "render/text_lines.h"
#include "render/text_sections.h"

#include <glib.h>

#define MAX_ROWS 12

static const struct text_column process_columns[] = {
	{"pid", -7},	    {"process", 16}, {"reads", -9},  {"B a read", -9},	{"bytes read", -11},
	{"of device", -11}, {"cached", -7},  {"writes", -9}, {"B a write", -9},
};
static const struct text_column thread_columns[] = {
	{"tid", -7},	    {"thread", 16}, {"reads", -9},  {"B a read", -9},  {"bytes read", -11},
	{"of device", -11}, {"cached", -7}, {"writes", -9}, {"B a write", -9},
};

static void write_row(FILE *out, const struct text_table *table, const struct io_line *line)
{
	const struct io_texts texts = io_line__texts(line);

	text__row(out, table,
		  (const char *[]){texts.number.text, line->name, texts.reads.text,
				   texts.bytes_a_read.text, texts.bytes_read.text,
				   texts.of_device.text, texts.cached.text, texts.writes.text,
				   texts.bytes_a_write.text});
}

static void write_lines(FILE *out, const struct text_table *table, const GArray *lines,
			const char *things)
{
	if (lines->len)
		text__titles(out, table);
	for (guint i = 0; i < lines->len && i < MAX_ROWS; i++) {
		const struct io_line *line = &g_array_index(lines, struct io_line, i);
		struct io_line rest;

		write_row(out, table, line);
		if (io_line__rest(line, &rest))
			write_row(out, table, &rest);
	}
	text__rest(out, lines->len, MAX_ROWS, things);
}

void text_section__io(FILE *out, const struct analysis *analysis)
{
	static const struct text_table process_table = TEXT_TABLE(process_columns);
	static const struct text_table thread_table = TEXT_TABLE(thread_columns);
	GArray *processes = io_lines__of_processes(analysis);
	GArray *threads = io_lines__of_threads(analysis);

	text__heading(out, "READS AND WRITES",
		      "exact counts of the kernel; cached: at least, estimated");
	write_lines(out, &process_table, processes, "processes");
	write_lines(out, &thread_table, threads, "threads");
	text__paragraph(out, 2, io_lines__explanation(analysis));
	g_array_free(processes, TRUE);
	g_array_free(threads, TRUE);
}
