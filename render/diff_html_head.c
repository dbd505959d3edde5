// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/diff_html.h"

#include "render/diff_words.h"
#include "render/html_parts.h"
#include "render/words.h"

static const struct html_chapter chapters[] = {
	{"verdict", "Verdict"}, {"flame", "Flame graph"},   {"totals", "Thread time"},
	{"causes", "Causes"},	{"functions", "Functions"}, {"locks", "Locks"},
	{"stacks", "Stacks"},	{"captures", "Captures"},
};

static void write_side(FILE *out, const struct analysis *analysis, enum side side)
{
	const struct store_capture *capture = &analysis->capture;
	char when[64];

	html__say(out, "dt", "%s", side__name(side));
	html__say(out, "dd",
		  "%s \xc2\xb7 %s \xc2\xb7 Linux %s \xc2\xb7 %s CPUs \xc2\xb7 %s \xc2\xb7 window "
		  "%s, %zu thread%s, %s of thread time",
		  capture->target, capture->host, capture->kernel, units__count(capture->cpus).text,
		  words__started(capture, when, sizeof(when)),
		  units__duration((double)analysis->window_ns).text, analysis->thread_count,
		  analysis->thread_count == 1 ? "" : "s", units__duration(analysis->wall_ns).text);
}

static void write_warnings(FILE *out, const struct comparison *comparison)
{
	if (!*comparison->warnings)
		return;
	(void)fputs("<div class=\"warning\" role=\"note\">\n", out);
	html__say(out, "p", "What makes the two less comparable:");
	(void)fputs("<ul>\n", out);
	for (char *const *warning = comparison->warnings; *warning; warning++)
		html__say(out, "li", "%s.", *warning);
	(void)fputs("</ul>\n</div>\n", out);
}

void diff_section__head(FILE *out, const struct comparison *comparison)
{
	char *title = diff_words__title(&comparison->unit);
	char *amount = diff_words__amount(&comparison->unit);

	(void)fputs("<header>\n", out);
	html__brand(out, "what takes more time, what less, and where two captures do not tell");
	html__say(out, "h1", "Before and after: %s", title);
	(void)fputs("<dl class=\"sides\">\n", out);
	for (int side = 0; side < SIDES; side++)
		write_side(out, comparison->analyses[side], side);
	(void)fputs("</dl>\n", out);
	if (amount)
		html__say(out, "p class=\"facts\"", "%s", amount);
	write_warnings(out, comparison);
	html__chapters(out, chapters, G_N_ELEMENTS(chapters));
	(void)fputs("</header>\n", out);
	g_free(amount);
	g_free(title);
}
