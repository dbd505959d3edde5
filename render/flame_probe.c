// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* From the stacks of a probe point's timed calls to a call tree. */
#include "render/escape.h"
#include "render/flame.h"
#include "render/flame_notes.h"
#include "render/flame_stack.h"
#include "render/text_lines.h"
#include "render/units.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

/* Shown of a text in an error: it may be a stranger's. */
#define NAME_COLUMNS 40
#define NOTE_COLUMNS 200

static char *unknown(const struct analysis *analysis, const char *probe)
{
	GString *text = g_string_new("there is no probe point '");

	escape__terminal(text, probe, NAME_COLUMNS);
	g_string_append(text, "' in this capture; it has ");
	for (size_t i = 0; i < analysis->function_count; i++) {
		g_string_append(text, i ? ", " : "");
		escape__terminal(text, analysis->functions[i].name, NAME_COLUMNS);
	}
	return g_string_free(text, FALSE);
}

static char *untimed(const struct function_row *row)
{
	GString *text = g_string_new("no call of ");

	escape__terminal(text, row->name, NAME_COLUMNS);
	g_string_append_printf(text, " was timed: it was reached by %s", row->backend);
	if (row->counts)
		g_string_append_printf(text, ", which counts %s", row->counts);
	if (row->note) {
		g_string_append(text, " (");
		escape__terminal(text, row->note, NOTE_COLUMNS);
		g_string_append(text, ")");
	}
	return g_string_free(text, FALSE);
}

static const struct function_row *find(const struct analysis *analysis, const char *probe,
				       char **error)
{
	for (size_t i = 0; i < analysis->function_count; i++) {
		const struct function_row *row = &analysis->functions[i];

		if (strcmp(row->name, probe) != 0)
			continue;
		if (row->piece_count == 0)
			*error = untimed(row);
		return row->piece_count ? row : NULL;
	}
	*error = unknown(analysis, probe);
	return NULL;
}

static int add_pieces(struct flame *flame, const struct analysis *analysis,
		      const struct function_row *row)
{
	const struct flame_roots *roots = flame_wish__default().roots;
	struct flame_stack *stack = flame_stack__new(flame);
	int err = 0;

	for (size_t i = 0; i < row->piece_count && !err; i++) {
		const struct call_piece *piece = &row->pieces[i];

		flame_stack__clear(stack);
		if (piece->stack)
			flame_stack__push_thread(stack, analysis, piece->thread, roots);
		if (!flame_stack__push_frames(stack, analysis, piece->stack))
			flame_stack__push(stack, "[no stack]", NULL, FLAME_NOTE);
		err = flame_stack__add(stack, piece->ns, piece->basis, NULL);
	}
	flame_stack__free(stack);
	return err;
}

static void describe(struct flame *flame, const struct analysis *analysis,
		     const struct function_row *row)
{
	char *meaning = g_strdup_printf("time inside %s, reached by %s", row->name, row->backend);
	GString *width = g_string_new(NULL);

	if (row->latency.timed)
		g_string_append_printf(width, "%s inside, %s", units__duration(row->inside.ns).text,
				       text__evidence(&row->inside).text);
	else
		g_string_append(width, "by the weights of the stacks alone");
	if (row->calls >= 0)
		g_string_append_printf(width, " · %s %s%s", units__count(row->calls).text,
				       row->counts, row->calls_exact ? "" : " or more");
	flame_notes__add(flame, analysis, meaning, width->str);
	g_string_free(width, TRUE);
	g_free(meaning);
}

int flame__from_probe(struct flame **out, const struct analysis *analysis, const char *probe,
		      char **error)
{
	const struct function_row *row = find(analysis, probe, error);
	struct flame *flame;
	int err;

	if (!row)
		return -ENOENT;
	flame = flame__new();
	describe(flame, analysis, row);
	err = add_pieces(flame, analysis, row);
	if (err) {
		*error = g_strdup(flame_stack__refusal(err));
		flame__free(flame);
		return err;
	}
	*out = flame;
	return 0;
}
