// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The text report: what was captured, where the time went, and the order of the sections. */
#include "render/formats.h"
#include "render/pace_lines.h"
#include "render/text_lines.h"
#include "render/text_sections.h"
#include "render/words.h"

#include <math.h>

#define BAR_COLUMNS 18
#define SPARK_COLUMNS 72

static void write_cut_off(FILE *out, const struct analysis *analysis)
{
	if (analysis->capture.complete)
		return;
	text__say(out, 0,
		  "THIS CAPTURE WAS CUT OFF: it was still recording when its writer stopped. What "
		  "was written, the first %s, is below; nothing is known of the time after.",
		  units__duration((double)analysis->window_ns).text);
	(void)fputc('\n', out);
}

static void write_capture(FILE *out, const struct analysis *analysis)
{
	const struct store_capture *capture = &analysis->capture;
	char when[64];

	text__say(out, 0, "wallflame report of %s", capture->target);
	text__say(out, 2, "%s, Linux %s %s, %s CPUs; started %s", capture->host, capture->kernel,
		  capture->machine, units__count(capture->cpus).text,
		  words__started(capture, when, sizeof(when)));
	text__say(out, 2, "window %s, ended by %s; %zu process%s, %zu thread%s, %s of thread time",
		  units__duration((double)analysis->window_ns).text,
		  capture->ended_by ? capture->ended_by : "nothing known", analysis->process_count,
		  analysis->process_count == 1 ? "" : "es", analysis->thread_count,
		  analysis->thread_count == 1 ? "" : "s", units__duration(analysis->wall_ns).text);
	text__say(out, 2, "ledger: %s; CPU stacks: %s at %s Hz; kernel locks: %s; wallflame %s",
		  capture->backend, capture->cpu_clock, units__count(capture->cpu_clock_hz).text,
		  capture->lock_backend, capture->tool_version);
}

static const struct text_column state_columns[] = {
	{"state", 16}, {"time", -10}, {"share", -8}, {"spans", -10}, {"", BAR_COLUMNS}, {"", 31},
};

static void write_states(FILE *out, const struct analysis *analysis)
{
	static const struct text_table table = TEXT_TABLE(state_columns);

	text__heading(out, "WHERE THE TIME WENT", pace__label(analysis, PACE_STATES));
	text__titles(out, &table);
	for (int state = 0; state < STATE_COUNT; state++) {
		double ns = analysis->states.ns[state];
		double share = analysis->accounted_ns > 0 ? ns / analysis->accounted_ns : 0;
		int filled = (int)units__round(share * BAR_COLUMNS);
		char bar[BAR_COLUMNS + 1];

		if (pace__hides(analysis, (enum store_state)state))
			continue;
		for (int i = 0; i < BAR_COLUMNS; i++)
			bar[i] = i < filled ? '#' : '.';
		bar[BAR_COLUMNS] = '\0';
		text__row(out, &table,
			  (const char *[]){state__name((enum store_state)state),
					   units__duration(ns).text, units__share(share).text,
					   units__short_count(analysis->states.count[state]).text,
					   bar, words__state((enum store_state)state)});
	}
}

/* A line of the picture over time: the states it sums. */
static const struct {
	const char *name;
	unsigned int states;
	bool bounded; /* only of a bounded ledger */
} sparks[] = {
	{"running", 1U << STATE_RUNNING, false},
	{"no CPU", 1U << STATE_PREEMPTED | 1U << STATE_WOKEN, false},
	{"blocked",
	 1U << STATE_INTERRUPTIBLE | 1U << STATE_UNINTERRUPTIBLE | 1U << STATE_IO_WAIT |
		 1U << STATE_STOPPED,
	 false},
	{"unobserved", 1U << STATE_UNOBSERVED, true},
};

static char spark_of(const struct analysis *analysis, size_t from, size_t to, unsigned int states)
{
	static const char levels[] = " .:-=+*#%@";
	double part = 0;
	double all = 0;
	double share;

	for (size_t i = from; i < to; i++) {
		for (unsigned int state = 0; state < STATE_COUNT; state++) {
			double ns = analysis->slices[i].states.ns[state];

			all += ns;
			part += states & (1U << state) ? ns : 0;
		}
	}
	/* A damaged capture may hold negative times. */
	share = all > 0 ? fmin(fmax(part / all, 0), 1) : 0;
	return levels[(size_t)units__round(share * (sizeof(levels) - 2))];
}

static void write_sparks(FILE *out, const struct analysis *analysis)
{
	size_t slices = analysis->slice_count;
	size_t columns = slices < SPARK_COLUMNS ? slices : SPARK_COLUMNS;

	if (slices < 2)
		return;
	text__heading(out, "OVER TIME",
		      "share of thread time from left to right: ' ' none .:-=+*#% '@' all");
	for (size_t row = 0; row < sizeof(sparks) / sizeof(sparks[0]); row++) {
		char line[SPARK_COLUMNS + 1];

		if (sparks[row].bounded && !pace__is_bounded(analysis))
			continue;
		for (size_t i = 0; i < columns; i++)
			line[i] = spark_of(analysis, i * slices / columns,
					   (i + 1) * slices / columns, sparks[row].states);
		line[columns] = '\0';
		(void)fprintf(out, "  %-10s |%s|\n", sparks[row].name, line);
	}
}

static void (*const sections[])(FILE *out, const struct analysis *analysis) = {
	write_cut_off,
	write_capture,
	text_section__verdict,
	write_states,
	text_section__headlines,
	text_section__causes,
	text_section__functions,
	text_section__locks,
	text_section__calls,
	text_section__syscalls,
	text_section__io,
	text_section__spans,
	write_sparks,
	text_section__processes,
	text_section__threads,
	text_section__checks,
	text_section__losses,
	text_section__costs,
};

int text__write(FILE *out, const struct analysis *analysis)
{
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		sections[i](out, analysis);
	return 0;
}
