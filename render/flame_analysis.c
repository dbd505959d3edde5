// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* From the pieces of an analysis to a call tree, under one of the views. */
#include "render/flame.h"
#include "render/flame_notes.h"
#include "render/flame_piece.h"
#include "render/flame_stack.h"
#include "render/units.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#define ALL_STATES ((1U << STATE_COUNT) - 1)
#define PART_LEAST 1e-9 /* sums of doubles differ by less */
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

static const struct flame_roots roots[] = {
	{"thread", "the process, then the thread's name", true, true},
	{"process", "the process, its threads together", true, false},
	{"code", "neither: the same code of all threads together", false, false},
};

const struct flame_roots *flame_roots__all(size_t *count)
{
	*count = G_N_ELEMENTS(roots);
	return roots;
}

const struct flame_roots *flame_roots__find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(roots); i++) {
		if (strcmp(name, roots[i].name) == 0)
			return &roots[i];
	}
	return NULL;
}

struct flame_wish flame_wish__default(void)
{
	return (struct flame_wish){
		.view = &views[0], .roots = &roots[0], .pick = flame_pick__all()};
}

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

static void build_stack(struct flame_stack *stack, const struct words *words,
			const struct analysis *analysis, const struct piece *piece,
			const struct flame_wish *wish)
{
	size_t depth;

	flame_stack__clear(stack);
	if (wish->view->cause_rooted)
		push_cause(stack, words->cause, analysis->cause_names[piece->cause]);
	depth = flame_stack__depth(stack);
	flame_stack__push_thread(stack, analysis, piece->thread, wish->roots);
	flame_piece__push(stack, words->note, analysis, piece);
	if (wish->reversed)
		flame_stack__reverse(stack, depth);
}

/* Adds what the filter takes; *taken gets its nanoseconds. */
static int add_pieces(struct flame *flame, const struct analysis *analysis,
		      const struct flame_wish *wish, const struct flame_filter *filter,
		      double *taken)
{
	struct flame_stack *stack = flame_stack__new(flame);
	const struct words words = {.cause = g_string_new(NULL), .note = g_string_new(NULL)};
	int err = 0;

	for (size_t i = 0; i < analysis->piece_count && !err; i++) {
		const struct piece *piece = &analysis->pieces[i];

		if (!(wish->view->states & (1U << piece->state)) ||
		    !flame_filter__takes(filter, piece))
			continue;
		build_stack(stack, &words, analysis, piece, wish);
		err = flame_stack__add(stack, piece->ns, piece->basis);
		*taken += piece->ns;
	}
	flame_stack__free(stack);
	g_string_free(words.cause, TRUE);
	g_string_free(words.note, TRUE);
	return err;
}

char *flame_wish__words(const struct flame_wish *wish, const char *picked)
{
	return g_strconcat(wish->view->meaning, picked ? "; only " : "", picked ? picked : "",
			   wish->reversed ? "; callees first" : "", NULL);
}

static void describe(struct flame *flame, const struct analysis *analysis,
		     const struct flame_wish *wish, const char *picked, double taken)
{
	struct unit_text all = units__duration(analysis->accounted_ns);
	char *meaning = flame_wish__words(wish, picked);
	GString *width = g_string_new(NULL);

	if (taken < analysis->accounted_ns * (1 - PART_LEAST)) {
		g_string_append_printf(width, "%s of %s of thread time (%s)",
				       units__duration(taken).text, all.text,
				       units__share(taken / analysis->accounted_ns).text);
		flame__set_whole(flame, units__round(analysis->accounted_ns));
	} else {
		g_string_append_printf(width, "%s of thread time", all.text);
	}
	flame_notes__add(flame, analysis, meaning, width->str);
	g_free(meaning);
	g_string_free(width, TRUE);
}

int flame__add_analysis(struct flame *flame, const struct analysis *analysis,
			const struct flame_wish *wish, struct flame_taken *taken, char **error)
{
	struct flame_filter *filter = flame_filter__new(analysis, &wish->pick, error);
	int err;

	*taken = (struct flame_taken){0};
	if (!filter)
		return -ENOENT;
	err = add_pieces(flame, analysis, wish, filter, &taken->ns);
	if (err)
		*error = g_strdup(flame_stack__refusal(err));
	else
		taken->picked = flame_filter__words(filter);
	flame_filter__free(filter);
	return err;
}

static int build(struct flame *flame, const struct analysis *analysis,
		 const struct flame_wish *wish, char **error)
{
	struct flame_taken taken;
	int err = flame__add_analysis(flame, analysis, wish, &taken, error);

	if (!err && taken.picked && taken.ns <= 0) {
		*error = g_strdup_printf("there is no time of %s in the view '%s' of this capture",
					 taken.picked, wish->view->name);
		err = -ENOENT;
	}
	if (!err)
		describe(flame, analysis, wish, taken.picked, taken.ns);
	g_free(taken.picked);
	return err;
}

int flame__from_analysis(struct flame **out, const struct analysis *analysis,
			 const struct flame_wish *wish, char **error)
{
	struct flame *flame = flame__new();
	int err = build(flame, analysis, wish, error);

	if (err)
		flame__free(flame);
	else
		*out = flame;
	return err;
}
