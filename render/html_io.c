// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What was read and written: calls, bytes a call, and how much of it came from memory. */
#include "render/html_parts.h"
#include "render/html_sections.h"
#include "render/io_lines.h"

#define MAX_ROWS 40

#define IO_COLUMNS                                                                              \
	{"reads", HTML_NUMBER}, {"bytes a read", HTML_NUMBER}, {"bytes read", HTML_NUMBER},     \
		{"of a device", HTML_NUMBER}, {"cached", HTML_NUMBER}, {"writes", HTML_NUMBER}, \
	{                                                                                       \
		"bytes a write", HTML_NUMBER                                                    \
	}

static const struct html_column process_columns[] = {
	{"pid", HTML_NUMBER},
	{"process", HTML_TEXT},
	IO_COLUMNS,
};
static const struct html_column thread_columns[] = {
	{"tid", HTML_NUMBER},
	{"thread", HTML_TEXT},
	IO_COLUMNS,
};

static void write_row(FILE *out, const struct html_table *table, const struct io_line *line)
{
	const struct io_texts texts = io_line__texts(line);

	html_table__row(out, table, NULL,
			(const char *[]){texts.number.text, line->name, texts.reads.text,
					 texts.bytes_a_read.text, texts.bytes_read.text,
					 texts.of_device.text, texts.cached.text, texts.writes.text,
					 texts.bytes_a_write.text});
}

/* Takes the lines. */
static void write_lines(FILE *out, const struct html_table *table, GArray *lines,
			const char *things)
{
	if (lines->len)
		html_table__begin(out, table, things);
	for (guint i = 0; i < lines->len && i < MAX_ROWS; i++) {
		const struct io_line *line = &g_array_index(lines, struct io_line, i);
		struct io_line rest;

		write_row(out, table, line);
		if (io_line__rest(line, &rest))
			write_row(out, table, &rest);
	}
	if (lines->len)
		html_table__end(out);
	if (lines->len > MAX_ROWS)
		html__say(out, "p class=\"note\"", "and %u more: see the JSON report",
			  lines->len - MAX_ROWS);
	g_array_free(lines, TRUE);
}

void html_section__io(FILE *out, const struct analysis *analysis)
{
	static const struct html_table process_table = HTML_TABLE(process_columns);
	static const struct html_table thread_table = HTML_TABLE(thread_columns);

	html__section(out, "io", "Reads and writes",
		      "exact counts of the kernel; cached: at least, estimated");
	write_lines(out, &process_table, io_lines__of_processes(analysis),
		    "Reads and writes of processes");
	write_lines(out, &thread_table, io_lines__of_threads(analysis),
		    "Reads and writes of threads");
	html__say(out, "p class=\"note\"", "%s", io_lines__explanation(analysis));
	html__section_end(out);
}
