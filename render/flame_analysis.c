// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* From the pieces of an analysis to a call tree, under one of the views. */
#include "render/flame.h"
#include "render/flame_notes.h"
#include "render/flame_piece.h"
#include "render/flame_stack.h"
#include "render/pace_lines.h"
#include "render/units.h"

#include <errno.h>
#include <glib.h>
#include <limits.h>
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

/* By thread: those that may have the same in them, as chances__count wants it. */
static uint32_t *find_likes(const struct analysis *analysis, const struct flame_wish *wish)
{
	/* Elsewhere a node may have time of any thread of its process. */
	bool by_name = wish->roots->thread && !wish->reversed && !wish->view->cause_rooted;
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	uint32_t *likes = g_new(uint32_t, analysis->thread_count);

	for (size_t i = 0; i < analysis->thread_count; i++) {
		const struct thread_row *row = &analysis->threads[i];
		char *name = g_strdup_printf("%zu %s", row->process, by_name ? row->comm : "");
		gpointer known;

		if (!g_hash_table_lookup_extended(names, name, NULL, &known)) {
			known = GSIZE_TO_POINTER(i);
			g_hash_table_insert(names, g_strdup(name), known);
		}
		likes[i] = (uint32_t)GPOINTER_TO_SIZE(known);
		g_free(name);
	}
	g_hash_table_destroy(names);
	return likes;
}

/* enum cause_group, by cause. */
static uint8_t *find_groups(const struct analysis *analysis)
{
	uint8_t *groups = g_new(uint8_t, analysis->cause_name_count);

	for (size_t i = 0; i < analysis->cause_name_count; i++)
		groups[i] = (uint8_t)cause_group__of(analysis->cause_names[i]);
	return groups;
}

/* What goes from an analysis into a flame. */
struct passage {
	const struct analysis *analysis;
	const struct flame_wish *wish;
	const struct flame_filter *filter;
	struct chances *chances; /* or NULL */
	uint32_t *likes; /* of chances */
	uint8_t *groups; /* enum cause_group, by cause */
	struct flame_stack *stack;
	struct words words;
};

/* Adds a piece, if it is taken; *taken gets its nanoseconds. */
static int pass(struct passage *passage, const struct piece *piece, double *taken)
{
	struct flame_evidence evidence = {.waits = GROUP_COUNT};

	if (!flame_filter__looks_at(passage->filter, piece))
		return 0;
	if (passage->chances)
		evidence.chance = chances__count(passage->chances, passage->analysis, piece,
						 passage->likes[piece->thread]);
	if (!(passage->wish->view->states & (1U << piece->state)) ||
	    !flame_filter__takes(passage->filter, piece))
		return 0;
	if (piece->state != STATE_RUNNING)
		evidence.waits = passage->groups[piece->cause];
	build_stack(passage->stack, &passage->words, passage->analysis, piece, passage->wish);
	*taken += piece->ns;
	return flame_stack__add(passage->stack, piece->ns, piece->basis, &evidence);
}

/* Adds what the filter takes; *taken gets its nanoseconds. */
static int add_pieces(struct flame *flame, struct passage *passage, double *taken)
{
	const struct analysis *analysis = passage->analysis;
	int err = 0;

	passage->stack = flame_stack__new(flame);
	passage->words = (struct words){g_string_new(NULL), g_string_new(NULL)};
	passage->likes = passage->chances ? find_likes(analysis, passage->wish) : NULL;
	passage->groups = find_groups(analysis);
	for (size_t i = 0; i < analysis->piece_count && !err; i++)
		err = pass(passage, &analysis->pieces[i], taken);
	g_free(passage->likes);
	g_free(passage->groups);
	g_string_free(passage->words.cause, TRUE);
	g_string_free(passage->words.note, TRUE);
	flame_stack__free(passage->stack);
	return err;
}

char *flame_wish__words(const struct flame_wish *wish, const char *picked)
{
	return g_strconcat(wish->view->meaning, picked ? "; only " : "", picked ? picked : "",
			   wish->reversed ? "; callees first" : "", NULL);
}

/* What is of one cause has its own interval. */
static void note_totals(struct flame *flame, const struct analysis *analysis,
			const struct flame_wish *wish)
{
	GString *note = g_string_new(NULL);

	if (!wish->pick.cause)
		g_string_printf(note, "Totals are %s. ", pace__label(analysis, PACE_TOTALS));
	if (pace__is_bounded(analysis))
		g_string_append_printf(note, "Of all time, %s were unobserved and are shared out.",
				       units__duration(analysis->states.ns[STATE_UNOBSERVED]).text);
	if (note->len > 0)
		flame__add_note(flame, g_strchomp(note->str));
	g_string_free(note, TRUE);
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
	note_totals(flame, analysis, wish);
	g_free(meaning);
	g_string_free(width, TRUE);
}

/* `chances`: the flame's, or NULL. */
static int add_analysis(struct flame *flame, const struct analysis *analysis,
			const struct flame_wish *wish, struct chances *chances,
			struct flame_taken *taken, char **error)
{
	struct flame_filter *filter = flame_filter__new(analysis, &wish->pick, error);
	struct passage passage = {
		.analysis = analysis, .wish = wish, .filter = filter, .chances = chances};
	int err;

	*taken = (struct flame_taken){0};
	if (wish->reversed)
		flame__set_reversed(flame);
	if (!filter)
		return -ENOENT;
	err = add_pieces(flame, &passage, &taken->ns);
	if (err)
		*error = g_strdup(flame_stack__refusal(err));
	else
		taken->picked = flame_filter__words(filter);
	flame_filter__free(filter);
	return err;
}

int flame__add_analysis(struct flame *flame, const struct analysis *analysis,
			const struct flame_wish *wish, struct flame_taken *taken, char **error)
{
	return add_analysis(flame, analysis, wish, NULL, taken, error);
}

/* The depth from which on all time of a node has a cause in common. */
static unsigned int cause_depth(const struct flame_wish *wish)
{
	if (wish->pick.cause)
		return 0;
	return wish->view->cause_rooted ? 1 : UINT_MAX;
}

static int build(struct flame *flame, const struct analysis *analysis,
		 const struct flame_wish *wish, char **error)
{
	struct chances *chances = chances__new();
	struct flame_taken taken;
	int err;

	flame__set_chances(flame, chances, cause_depth(wish));
	err = add_analysis(flame, analysis, wish, chances, &taken, error);
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
