// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The stacks that are compared, each whole below its row. */
#include "render/diff_html.h"
#include "render/diff_html_rows.h"
#include "render/diff_words.h"
#include "render/html_parts.h"

#define MAX_STACKS 40
#define STACKS_BYTES 300000 /* of all of them, so that the page stays small */
#define BRIEF_FRAMES 5

/* "futex_wait < pthread_mutex_lock < work < 3 more", escaped. */
static void write_brief(FILE *out, const struct change_row *row)
{
	size_t left = row->frame_count;

	for (size_t i = 0; i < BRIEF_FRAMES && left > 0; i++) {
		(void)fputs(i ? " &lt; " : "", out);
		html__put(out, row->frames[--left]->name);
	}
	if (left > 0)
		(void)fprintf(out, " &lt; %zu more", left);
}

/* *room is left for stacks, in bytes. */
static void write_frames(FILE *out, const struct change_row *row, size_t width, size_t *room)
{
	char *stack;

	if (row->frame_count == 0)
		return;
	stack = html__stack_within(row->frames, row->frame_count, room);
	(void)fprintf(out, "<tr class=\"say\"><td colspan=\"%zu\">", width);
	if (stack) {
		(void)fputs("<details><summary>", out);
		write_brief(out, row);
		(void)fprintf(out, "</summary>\n%s</details>", stack);
	} else {
		write_brief(out, row);
	}
	(void)fputs("</td></tr>\n", out);
	g_free(stack);
}

static void write_stacks(FILE *out, const struct comparison *comparison, const GPtrArray *shown)
{
	size_t room = STACKS_BYTES;
	struct diff_rows *table =
		diff_rows__begin(out, comparison, COMPARED_STACKS, shown, "where", "Stacks");

	for (guint i = 0; i < shown->len; i++) {
		const struct change_row *row = g_ptr_array_index(shown, i);

		diff_rows__add(table, row, diff_words__place(row));
		write_frames(out, row, diff_rows__width(table), &room);
	}
	diff_rows__end(table);
}

void diff_section__stacks(FILE *out, const struct comparison *comparison)
{
	const struct change_table *table = &comparison->tables[COMPARED_STACKS];
	char *left_out = diff_words__left_out(table);
	GPtrArray *shown = g_ptr_array_new();

	for (size_t i = 0; i < table->count && i < MAX_STACKS; i++)
		g_ptr_array_add(shown, &table->rows[i]);
	html__section(out, "stacks", "Stacks",
		      "their own time, largest change first; leaf < caller");
	if (shown->len > 0)
		write_stacks(out, comparison, shown);
	else
		html__say(out, "p class=\"note\"", "None is large enough for a row.");
	if (table->count > shown->len)
		html__say(out, "p class=\"note\"", "and %zu more: see JSON",
			  table->count - shown->len);
	if (left_out)
		html__say(out, "p class=\"note\"", "%s", left_out);
	html__section_end(out);
	g_free(left_out);
	g_ptr_array_free(shown, TRUE);
}
