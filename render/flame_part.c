// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/flame_part.h"

#include "render/pace_lines.h"
#include "render/units.h"

#include <glib.h>
#include <inttypes.h>

static bool has_time(const struct flame_part *part)
{
	const struct analysis *analysis = part->analysis;

	for (size_t i = 0; i < analysis->piece_count; i++)
		if (analysis->pieces[i].ns > 0 &&
		    flame_filter__takes(part->filter, &analysis->pieces[i]))
			return true;
	return false;
}

struct flame_part *flame_part__new(const struct analysis *analysis, const struct flame_wish *wish,
				   char **error)
{
	struct flame_part *part = g_new0(struct flame_part, 1);
	char *picked;

	part->analysis = analysis;
	part->wish = *wish;
	part->filter = flame_filter__new(analysis, &wish->pick, error);
	if (!part->filter) {
		g_free(part);
		return NULL;
	}
	picked = flame_filter__words(part->filter);
	if (picked && !has_time(part)) {
		*error = g_strdup_printf("there is no time of %s in this capture", picked);
		flame_part__free(part);
		part = NULL;
	}
	g_free(picked);
	return part;
}

void flame_part__free(struct flame_part *part)
{
	if (!part)
		return;
	flame_filter__free(part->filter);
	g_free(part);
}

char **flame_part__remarks(const struct flame_part *part)
{
	const struct analysis *analysis = part->analysis;
	const struct store_capture *capture = &analysis->capture;
	GPtrArray *remarks = g_ptr_array_new();
	char *picked = flame_filter__words(part->filter);

	g_ptr_array_add(remarks, g_strdup_printf("wallflame %s: %s", capture->tool_version,
						 capture->target));
	g_ptr_array_add(remarks,
			g_strdup_printf("%s, Linux %s, %" PRId64 " CPUs, %s window", capture->host,
					capture->kernel, capture->cpus,
					units__duration((double)analysis->window_ns).text));
	if (picked)
		g_ptr_array_add(remarks, g_strdup_printf("only %s", picked));
	/* Which time has a cause is itself sampled. */
	if (!part->wish.pick.cause)
		g_ptr_array_add(remarks,
				g_strdup_printf("totals are %s; sampled stacks share them out",
						pace__label(analysis, PACE_TOTALS)));
	if (!capture->complete)
		g_ptr_array_add(remarks, g_strdup("this capture was cut off"));
	for (size_t i = 0; i < analysis->loss_count; i++) {
		const struct count_row *loss = &analysis->losses[i];

		g_ptr_array_add(remarks, g_strdup_printf("lost: %" PRId64 " %s: %s", loss->value,
							 loss->name, loss->meaning));
	}
	g_free(picked);
	g_ptr_array_add(remarks, NULL);
	return (char **)g_ptr_array_free(remarks, FALSE);
}
