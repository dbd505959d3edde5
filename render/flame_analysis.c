// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* From the pieces of an analysis to a call tree, under one of the views. */
#include "render/flame.h"
#include "render/flame_notes.h"
#include "render/flame_stack.h"
#include "render/units.h"

#include <glib.h>
#include <string.h>

#define ALL_STATES ((1U << STATE_COUNT) - 1)
#define RUNNING (1U << STATE_RUNNING)

static const struct flame_view views[] = {
	{"wall", "all wall-clock time of every thread", ALL_STATES, false},
	{"offcpu", "time off the CPU: blocked, or waiting for a CPU", ALL_STATES & ~RUNNING, false},
	{"oncpu", "time on the CPU", RUNNING, false},
	{"cause", "all wall-clock time, rooted in its causes", ALL_STATES, true},
};

const struct flame_view *flame_view__all(size_t *count)
{
	*count = G_N_ELEMENTS(views);
	return views;
}

const struct flame_view *flame_view__find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(views); i++) {
		if (strcmp(name, views[i].name) == 0)
			return &views[i];
	}
	return NULL;
}

/* Wake-up or preemption: the stack is where the thread was, the time went to the run queue. */
static const char *const run_queue_notes[STATE_COUNT] = {
	[STATE_PREEMPTED] = "[preempted]",
	[STATE_WOKEN] = "[waiting for a CPU]",
};

/* The texts of the stack at hand. */
struct words {
	GString *cause; /* the words of the path, each ended by NUL */
	GString *note;
};

static void push_cause(struct flame_stack *stack, GString *words, const char *path)
{
	const char *word;

	g_string_assign(words, path);
	for (gsize i = 0; i < words->len; i++) {
		if (words->str[i] == '/')
			words->str[i] = '\0';
	}
	word = words->str;
	while (word < words->str + words->len) {
		flame_stack__push(stack, word, NULL, FLAME_CAUSE);
		word += strlen(word) + 1;
	}
}

static void push_missing_stack(struct flame_stack *stack, GString *note, const struct piece *piece)
{
	g_string_printf(note, "[no stack: %s", state__name(piece->state));
	if (piece->syscall == SYSCALL_UNKNOWN)
		g_string_append(note, ", system call unknown");
	else if (piece->syscall != SYSCALL_NONE)
		g_string_append_printf(note, " in %s", syscall__name(piece->syscall));
	g_string_append_c(note, ']');
	flame_stack__push(stack, note->str, NULL, FLAME_NOTE);
}

static void build_stack(struct flame_stack *stack, const struct words *words,
			const struct analysis *analysis, const struct piece *piece,
			const struct flame_view *view)
{
	flame_stack__clear(stack);
	if (view->cause_rooted)
		push_cause(stack, words->cause, analysis->cause_names[piece->cause]);
	flame_stack__push_thread(stack, analysis, piece->thread);
	if (!flame_stack__push_frames(stack, analysis, piece->stack))
		push_missing_stack(stack, words->note, piece);
	else if (run_queue_notes[piece->state])
		flame_stack__push(stack, run_queue_notes[piece->state], NULL, FLAME_NOTE);
}

static int add_pieces(struct flame *flame, const struct analysis *analysis,
		      const struct flame_view *view)
{
	struct flame_stack *stack = flame_stack__new();
	const struct words words = {.cause = g_string_new(NULL), .note = g_string_new(NULL)};
	int err = 0;

	for (size_t i = 0; i < analysis->piece_count && !err; i++) {
		const struct piece *piece = &analysis->pieces[i];

		if (!(view->states & (1U << piece->state)))
			continue;
		build_stack(stack, &words, analysis, piece, view);
		err = flame_stack__add(stack, flame, piece->ns, piece->basis);
	}
	flame_stack__free(stack);
	g_string_free(words.cause, TRUE);
	g_string_free(words.note, TRUE);
	return err;
}

int flame__from_analysis(struct flame **out, const struct analysis *analysis,
			 const struct flame_view *view, char **error)
{
	struct flame *flame = flame__new();
	char *width =
		g_strdup_printf("%s of thread time", units__duration(analysis->accounted_ns).text);
	int err = add_pieces(flame, analysis, view);

	flame_notes__add(flame, analysis, view->meaning, width);
	g_free(width);
	if (err) {
		*error = g_strdup("the capture holds times that cannot be summed");
		flame__free(flame);
		return err;
	}
	flame__finish(flame);
	*out = flame;
	return 0;
}
