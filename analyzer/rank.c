// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The cause tree and the headlines, in the order in which people read them. */
#include <string.h>

#include "analyzer/private.h"

struct ranked {
	struct cause_row row;
	double group_ns;
};

static double share_of(const struct analysis *analysis, double ns)
{
	return analysis->wall_ns > 0 ? ns / analysis->wall_ns : 0;
}

static gint most_first(gconstpointer a, gconstpointer b)
{
	const struct ranked *left = a, *right = b;
	int group;

	if (left->row.idle != right->row.idle)
		return left->row.idle ? 1 : -1;
	if (left->group_ns != right->group_ns)
		return left->group_ns < right->group_ns ? 1 : -1;
	/* Groups of the same time must not mix. */
	group = strncmp(left->row.path, right->row.path, strcspn(left->row.path, "/"));
	if (group)
		return group;
	if (left->row.time.ns != right->row.time.ns)
		return left->row.time.ns < right->row.time.ns ? 1 : -1;
	return strcmp(left->row.path, right->row.path);
}

static double group_of(const struct figures *figures, enum cause cause)
{
	const char *path = cause__path(cause);
	char *group = g_strndup(path, strcspn(path, "/"));
	double ns = 0;

	for (int other = 0; other < CAUSE_COUNT; other++) {
		if (cause__in_group(other, group))
			ns += figures__get(figures, FIGURE_LEAF(other)).ns;
	}
	g_free(group);
	return ns;
}

void analysis__rank_causes(struct analysis *analysis, const struct figures *figures)
{
	GArray *ranked = g_array_new(FALSE, FALSE, sizeof(struct ranked));

	for (int cause = 0; cause < CAUSE_COUNT; cause++) {
		struct figure time = figures__get(figures, FIGURE_LEAF(cause));
		struct ranked one = {
			.row = {.path = cause__path(cause),
				.meaning = cause__meaning(cause),
				.time = time,
				.share = share_of(analysis, time.ns),
				.idle = cause__is_idle(cause)},
			.group_ns = group_of(figures, cause),
		};

		g_array_append_val(ranked, one);
	}
	g_array_sort(ranked, most_first);
	analysis->causes = g_new(struct cause_row, CAUSE_COUNT);
	analysis->cause_count = CAUSE_COUNT;
	for (guint i = 0; i < ranked->len; i++)
		analysis->causes[i] = g_array_index(ranked, struct ranked, i).row;
	g_array_free(ranked, TRUE);
	for (int i = 0; i < HEADLINE_COUNT; i++) {
		struct figure time = figures__get(figures, FIGURE_HEADLINE(i));

		analysis->headlines[i] = (struct headline_row){
			.title = headline__title(i),
			.path = headline__group(i),
			.time = time,
			.share = share_of(analysis, time.ns),
		};
	}
}
