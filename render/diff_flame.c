// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/diff_flame.h"

#include "render/flame_tree.h"

#include <errno.h>
#include <glib.h>

static long double scale_of(const struct comparison *comparison, enum side side)
{
	const double *amount = comparison->unit.amount;

	return (long double)amount[SIDE_BEFORE] / amount[side];
}

static bool fits(const struct comparison *comparison)
{
	long double sum = 0;

	for (int side = 0; side < SIDES; side++)
		sum += comparison->analyses[side]->accounted_ns * scale_of(comparison, side);
	return sum < 0x1p62L;
}

static char *of_side(enum side side, char *reason)
{
	char *text = g_strdup_printf("%s: %s", side__name(side), reason);

	g_free(reason);
	return text;
}

/* What the sides have of what is picked, strings for the caller to g_free. */
struct picked {
	char *words; /* NULL: all */
	char *missing[SIDES]; /* why there is nothing of it */
};

static int add_side(struct flame *flame, const struct comparison *comparison, enum side side,
		    const struct flame_wish *wish, struct picked *picked, char **error)
{
	struct flame_taken taken;
	char *reason = NULL;
	int status;

	flame__turn_to(flame, side, scale_of(comparison, side));
	status = flame__add_analysis(flame, comparison->analyses[side], wish, &taken, &reason);
	if (!status && taken.picked && taken.ns <= 0)
		reason = g_strdup_printf("no time of %s", taken.picked);
	if (picked->words)
		g_free(taken.picked);
	else
		picked->words = taken.picked;
	if (reason)
		reason = of_side(side, reason);
	if (status && status != -ENOENT)
		*error = reason;
	else
		picked->missing[side] = reason;
	return status == -ENOENT ? 0 : status;
}

static void note(struct flame *flame, const char *about, char *text)
{
	char *line = text ? g_strconcat(about, text, ".", NULL) : NULL;

	if (line)
		flame__add_note(flame, line);
	g_free(line);
	g_free(text);
}

static int add_sides(struct flame *flame, const struct comparison *comparison,
		     const struct flame_wish *wish, char **error)
{
	struct picked picked = {0};
	char **missing = picked.missing;
	int status = 0;

	for (int side = 0; side < SIDES && !status; side++)
		status = add_side(flame, comparison, side, wish, &picked, error);
	if (!status && missing[SIDE_BEFORE] && missing[SIDE_AFTER]) {
		status = -ENOENT;
		*error = g_strjoin("; ", missing[SIDE_BEFORE], missing[SIDE_AFTER], NULL);
	}
	note(flame, "Shown: ", flame_wish__words(wish, picked.words));
	for (int side = 0; side < SIDES; side++)
		note(flame, "Nothing ", missing[side]);
	g_free(picked.words);
	return status;
}

int diff_flame__new(struct flame **out, const struct comparison *comparison,
		    const struct flame_wish *wish, char **error)
{
	struct flame *flame;
	int status;

	if (!fits(comparison)) {
		*error = g_strdup("the captures hold times that cannot be brought to one scale");
		return -ERANGE;
	}
	flame = flame__new();
	status = add_sides(flame, comparison, wish, error);
	if (status)
		flame__free(flame);
	else
		*out = flame;
	return status;
}
