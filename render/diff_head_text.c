// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What is compared with what, in which unit, and what makes that less sure. */
#include "render/diff_lines.h"

#include "render/text_lines.h"

#include <string.h>

static void write_amount(FILE *out, const struct comparison_unit *unit)
{
	struct unit_text amounts[SIDES];

	if (unit->divisor != PER_WORK)
		return;
	for (int side = 0; side < SIDES; side++)
		amounts[side] = units__short_count(units__round(unit->amount[side]));
	text__say(out, 2, "counted: %s before (%s), %s after (%s); a second: %.6g, then %.6g",
		  amounts[SIDE_BEFORE].text, unit->quality[SIDE_BEFORE], amounts[SIDE_AFTER].text,
		  unit->quality[SIDE_AFTER], unit->a_second[SIDE_BEFORE],
		  unit->a_second[SIDE_AFTER]);
}

static void write_title(FILE *out, const struct comparison_unit *unit)
{
	const char *before = unit->quality[SIDE_BEFORE], *after = unit->quality[SIDE_AFTER];

	if (unit->divisor != PER_WORK)
		text__say(out, 0, "wallflame diff: thread time per %s", unit->name);
	else if (!strcmp(before, after))
		text__say(out, 0, "wallflame diff: thread time per %s (%s)", unit->name, before);
	else
		text__say(out, 0, "wallflame diff: thread time per %s (%s before, %s after)",
			  unit->name, before, after);
}

void diff_lines__head(FILE *out, const struct comparison *comparison)
{
	const struct comparison_unit *unit = &comparison->unit;

	write_title(out, unit);
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
	write_amount(out, unit);
	for (char *const *warning = comparison->warnings; *warning; warning++)
		text__say(out, 2, "WARNING: %s.", *warning);
}
