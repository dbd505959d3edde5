// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a picture says of its capture. */
#include "render/flame_notes.h"

#include "render/units.h"

#include <glib.h>

static void add_losses(struct flame *flame, const struct analysis *analysis)
{
	GString *line = g_string_new(NULL);

	for (size_t i = 0; i < analysis->loss_count; i++)
		g_string_append_printf(line, "%s%s %s", i ? ", " : "Lost: ",
				       units__count(analysis->losses[i].value).text,
				       analysis->losses[i].name);
	if (line->len > 0)
		flame__add_note(flame, line->str);
	g_string_free(line, TRUE);
}

void flame_notes__add(struct flame *flame, const struct analysis *analysis, const char *meaning,
		      const char *width)
{
	const struct store_capture *capture = &analysis->capture;
	char *line = g_strdup_printf("%s: %s", capture->target, meaning);

	flame__set_title(flame, line);
	g_free(line);
	line = g_strdup_printf(
		"%s, Linux %s, %" G_GINT64_FORMAT " CPUs · %s window · %zu thread%s in %zu "
		"process%s · %s",
		capture->host, capture->kernel, capture->cpus,
		units__duration((double)analysis->window_ns).text, analysis->thread_count,
		analysis->thread_count == 1 ? "" : "s", analysis->process_count,
		analysis->process_count == 1 ? "" : "es", width);
	flame__add_note(flame, line);
	g_free(line);
	if (!capture->complete)
		flame__add_note(flame, "This capture was cut off: the picture ends where it did.");
	add_losses(flame, analysis);
}
