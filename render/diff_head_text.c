// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What is compared with what, in which unit, and what makes that less sure. */
#include "render/diff_lines.h"

#include "render/diff_words.h"
#include "render/text_lines.h"

#include <glib.h>

void diff_lines__head(FILE *out, const struct comparison *comparison)
{
	char *title = diff_words__title(&comparison->unit);
	char *amount = diff_words__amount(&comparison->unit);

	text__say(out, 0, "wallflame diff: %s", title);
	for (int side = 0; side < SIDES; side++) {
		const struct analysis *analysis = comparison->analyses[side];
		const struct store_capture *capture = &analysis->capture;

		text__say(out, 2,
			  "%s: %s; window %s, %zu thread%s, %s of thread time; %s, Linux "
			  "%s, %s CPUs",
			  side__name(side), capture->target,
			  units__duration((double)analysis->window_ns).text, analysis->thread_count,
			  analysis->thread_count == 1 ? "" : "s",
			  units__duration(analysis->wall_ns).text, capture->host, capture->kernel,
			  units__count(capture->cpus).text);
	}
	if (amount)
		text__say(out, 2, "%s", amount);
	for (char *const *warning = comparison->warnings; *warning; warning++)
		text__say(out, 2, "WARNING: %s.", *warning);
	g_free(amount);
	g_free(title);
}
