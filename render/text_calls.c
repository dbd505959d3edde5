// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The text report on how often system calls were made. */
#include "render/call_lines.h"
#include "render/text_lines.h"
#include "render/text_sections.h"

#include <inttypes.h>

#define MAX_ROWS 12

static const struct text_column all_columns[] = {
	{"system call", 17}, {"calls/s", -10}, {"95 % interval", -22}, {"errors", -7},
	{"B a call", -9},    {"mean", -11},    {"blocked", -10},
};
static const struct text_column process_columns[] = {
	{"pid", -7},	  {"system call", 17}, {"calls/s", -10}, {"95 % interval", -22},
	{"B a call", -9}, {"mean", -11},       {"blocked", -10},
};

static struct unit_text interval(const struct call_texts *texts)
{
	struct unit_text text;

	(void)snprintf(text.text, sizeof(text.text), "%.20s .. %.20s", texts->low.text,
		       texts->high.text);
	return text;
}

static void write_all(FILE *out, const struct analysis *analysis)
{
	static const struct text_table table = TEXT_TABLE(all_columns);
	size_t count;
	const struct call_row *rows = call_lines__of(analysis, CALLS_OF_ALL, &count);

	if (count)
		text__titles(out, &table);
	for (size_t i = 0; i < count && i < MAX_ROWS; i++) {
		const struct call_texts texts = call_line__texts(&rows[i]);

		text__row(out, &table,
			  (const char *[]){rows[i].name, texts.per_second.text,
					   interval(&texts).text, texts.errors.text,
					   texts.bytes.text, texts.mean.text, texts.blocked.text});
	}
	text__rest(out, count, MAX_ROWS, "system calls");
}

static void write_processes(FILE *out, const struct analysis *analysis)
{
	static const struct text_table table = TEXT_TABLE(process_columns);
	size_t of_all;

	if (!call_lines__has_several(analysis))
		return;
	call_lines__of(analysis, CALLS_OF_ALL, &of_all);
	text__titles(out, &table);
	for (size_t i = of_all; i < analysis->call_count && i < of_all + MAX_ROWS; i++) {
		const struct call_row *row = &analysis->calls[i];
		const struct call_texts texts = call_line__texts(row);
		char pid[24];

		(void)snprintf(pid, sizeof(pid), "%" PRId64, analysis->processes[row->process].pid);
		text__row(out, &table,
			  (const char *[]){pid, row->name, texts.per_second.text,
					   interval(&texts).text, texts.bytes.text, texts.mean.text,
					   texts.blocked.text});
	}
	text__rest(out, analysis->call_count - of_all, MAX_ROWS, "system calls of processes");
}

void text_section__calls(FILE *out, const struct analysis *analysis)
{
	char *remark = call_lines__remark(analysis);
	char *explanation = call_lines__explanation(analysis);

	text__heading(out, "SYSTEM CALLS", remark);
	write_all(out, analysis);
	write_processes(out, analysis);
	text__paragraph(out, 2, explanation);
	g_free(remark);
	g_free(explanation);
}
