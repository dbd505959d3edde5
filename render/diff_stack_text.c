// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The stacks of the text comparison: what each is about in the table, then all of it. */
#include "render/diff_lines.h"

#include "render/diff_words.h"
#include "render/text_lines.h"

#include <glib.h>

#define STACKS_MAX 12
#define FRAMES_MAX 10 /* from the leaf; what is nearer to the root tells least */

static void write_frames(FILE *out, const struct change_row *row)
{
	GString *text = g_string_new(NULL);
	size_t left = row->frame_count;

	for (size_t i = 0; i < FRAMES_MAX && left > 0; i++)
		g_string_append_printf(text, "%s%s", i ? " < " : "", row->frames[--left]->name);
	if (left > 0)
		g_string_append_printf(text, " < %zu more", left);
	if (text->len > 0)
		text__paragraph(out, 6, text->str);
	g_string_free(text, TRUE);
}

void diff_lines__stacks(FILE *out, const struct comparison *comparison)
{
	const struct change_table *table = &comparison->tables[COMPARED_STACKS];
	size_t shown = MIN(table->count, STACKS_MAX);
	char *left_out = diff_words__left_out(table);

	if (!table->count && !left_out)
		return;
	text__heading(out, "STACKS", "their own time, by the largest change; leaf < caller");
	if (shown > 0)
		diff_lines__titles(out, "where");
	for (size_t i = 0; i < shown; i++) {
		const struct change_row *row = &table->rows[i];

		diff_lines__row(out, row, diff_words__place(row));
		write_frames(out, row);
	}
	if (table->count > shown)
		text__say(out, 2, "%zu more in JSON.", table->count - shown);
	if (left_out)
		text__say(out, 2, "%s", left_out);
	g_free(left_out);
}
