// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The states: their sums, and slice by slice. report.js adds the threads. */
#include "render/html_parts.h"
#include "render/html_sections.h"
#include "render/pace_lines.h"
#include "render/words.h"

#include <math.h>

#define TICKS 5
#define STRIP_HEIGHT 100.0
#define MAX_STEPS 600 /* of the still picture */

static const struct html_column state_columns[] = {
	{"state", HTML_TEXT},	{"time", HTML_NUMBER}, {"share", HTML_NUMBER},
	{"spans", HTML_NUMBER}, {"", HTML_GRAPHIC},    {"what it is", HTML_TEXT},
};

void html_section__states(FILE *out, const struct analysis *analysis)
{
	static const struct html_table table = HTML_TABLE(state_columns);

	html__section(out, "states", "Where the time went", pace__label(analysis, PACE_STATES));
	html_table__begin(out, &table, "States");
	for (int state = 0; state < STATE_COUNT; state++) {
		double ns = analysis->states.ns[state];
		double share = analysis->accounted_ns > 0 ? ns / analysis->accounted_ns : 0;
		char class[8];
		char *bar;

		if (pace__hides(analysis, (enum store_state)state))
			continue;
		(void)snprintf(class, sizeof(class), "s%d", state);
		bar = html__bar(share, class);
		html_table__row(
			out, &table, NULL,
			(const char *[]){state__name((enum store_state)state),
					 units__duration(ns).text, units__share(share).text,
					 units__short_count(analysis->states.count[state]).text,
					 bar, words__state((enum store_state)state)});
		g_free(bar);
	}
	html_table__end(out);
	html__section_end(out);
}

/* Neighbouring slices as one step of the picture. */
struct step {
	int64_t start_ns, end_ns;
	double ns[STATE_COUNT];
	double sum;
};

static struct step step_of(const struct analysis *analysis, size_t first, size_t count)
{
	struct step step = {.start_ns = analysis->slices[first].start_ns};

	for (size_t i = first; i < MIN(first + count, analysis->slice_count); i++) {
		const struct slice_row *slice = &analysis->slices[i];

		step.end_ns = slice->end_ns;
		for (int state = 0; state < STATE_COUNT; state++) {
			step.ns[state] += fmax(slice->states.ns[state], 0);
			step.sum += fmax(slice->states.ns[state], 0);
		}
	}
	return step;
}

/* As high as the threads lived in it. */
static void write_step(FILE *out, const struct analysis *analysis, const struct step *step,
		       double tallest)
{
	double from = (double)(step->start_ns - analysis->capture.t0_ns);
	double width = (double)(step->end_ns - step->start_ns);
	double y = STRIP_HEIGHT;

	for (int state = 0; state < STATE_COUNT; state++) {
		double height = step->ns[state] / tallest * STRIP_HEIGHT;

		y -= height;
		if (height > 0.05)
			(void)fprintf(out,
				      "<rect class=\"s%d\" x=\"%.3f\" y=\"%.2f\" width=\"%.3f\" "
				      "height=\"%.2f\"/>",
				      state, from / (double)analysis->window_ns * 1000, y,
				      width / (double)analysis->window_ns * 1000, height);
	}
}

static void write_axis(FILE *out, const struct analysis *analysis)
{
	(void)fputs("<div class=\"axis\" aria-hidden=\"true\">", out);
	for (int i = 0; i < TICKS; i++)
		html__say(out, "span", "%s",
			  units__duration((double)analysis->window_ns * i / (TICKS - 1)).text);
	(void)fputs("</div>\n", out);
}

static void write_legend(FILE *out, const struct analysis *analysis)
{
	(void)fputs("<ul class=\"legend\">", out);
	for (int state = 0; state < STATE_COUNT; state++) {
		if (pace__hides(analysis, (enum store_state)state))
			continue;
		(void)fprintf(out,
			      "<li><svg class=\"key\" viewBox=\"0 0 10 10\" aria-hidden=\"true\">"
			      "<rect class=\"s%d\" width=\"10\" height=\"10\" rx=\"2\"/></svg>",
			      state);
		html__put(out, state__name((enum store_state)state));
		(void)fputs("</li>", out);
	}
	(void)fputs("</ul>\n", out);
}

/*
 * The picture of all threads together; the script puts one of each thread in its place, which
 * readers without a script find as sums in the table of threads.
 */
void html_section__time(FILE *out, const struct analysis *analysis)
{
	const size_t each = (analysis->slice_count + MAX_STEPS) / MAX_STEPS; /* slices a step */
	double tallest = 0;

	for (size_t i = 0; i < analysis->slice_count; i += each)
		tallest = fmax(tallest, step_of(analysis, i, each).sum);
	html__section(out, "time", "Over time",
		      pace__is_bounded(analysis)
			      ? "every thread, slice by slice; sampled"
			      : "every thread, slice by slice; states are exact, causes sampled");
	write_legend(out, analysis);
	(void)fputs("<div id=\"map\">\n", out);
	if (tallest > 0 && analysis->window_ns > 0) {
		(void)fputs("<svg class=\"strip\" viewBox=\"0 0 1000 100\" "
			    "preserveAspectRatio=\"none\" role=\"img\" aria-label=\"States of all "
			    "threads over time\">",
			    out);
		for (size_t i = 0; i < analysis->slice_count; i += each) {
			const struct step step = step_of(analysis, i, each);

			write_step(out, analysis, &step, tallest);
		}
		(void)fputs("</svg>\n", out);
		write_axis(out, analysis);
	} else {
		html__say(out, "p", "There is no time in this capture.");
	}
	(void)fputs("</div>\n", out);
	html__section_end(out);
}
