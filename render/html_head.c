// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The top of the HTML report: what was captured, and the way to its sections. */
#include "render/html_parts.h"
#include "render/html_sections.h"
#include "render/words.h"

static const struct html_chapter chapters[] = {
	{"verdict", "Verdict"},	    {"time", "Over time"},	{"flame", "Flame graph"},
	{"causes", "Causes"},	    {"functions", "Functions"}, {"latency", "Latency"},
	{"locks", "Locks"},	    {"spans", "Longest waits"}, {"calls", "System calls"},
	{"io", "Reads and writes"}, {"threads", "Threads"},	{"checks", "Checks"},
	{"losses", "Losses"},	    {"machine", "Machine"},
};

static void write_warnings(FILE *out, const struct analysis *analysis)
{
	if (!analysis->capture.complete)
		html__say(
			out, "p class=\"warning\" role=\"note\"",
			"This capture was cut off: it was still recording when its writer stopped. "
			"What was written, the first %s, is below; nothing is known of the time "
			"after.",
			units__duration((double)analysis->window_ns).text);
}

void html_section__head(FILE *out, const struct analysis *analysis)
{
	const struct store_capture *capture = &analysis->capture;
	char when[64];

	(void)fputs("<header>\n", out);
	html__brand(out, "where the wall-clock time of every thread went, and why");
	html__say(out, "h1", "%s", capture->target);
	html__say(out, "p class=\"facts\"", "%s \xc2\xb7 Linux %s \xc2\xb7 %s CPUs \xc2\xb7 %s",
		  capture->host, capture->kernel, units__count(capture->cpus).text,
		  words__started(capture, when, sizeof(when)));
	html__say(
		out, "p class=\"facts\"",
		"window %s \xc2\xb7 %zu process%s \xc2\xb7 %zu thread%s \xc2\xb7 %s of thread time",
		units__duration((double)analysis->window_ns).text, analysis->process_count,
		analysis->process_count == 1 ? "" : "es", analysis->thread_count,
		analysis->thread_count == 1 ? "" : "s", units__duration(analysis->wall_ns).text);
	write_warnings(out, analysis);
	html__chapters(out, chapters, G_N_ELEMENTS(chapters));
	(void)fputs("</header>\n", out);
}
