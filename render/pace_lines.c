// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/pace_lines.h"

#include <stdio.h>
#include <string.h>

#define MILLION 1e6

int64_t pace__cost(const struct analysis *analysis, const char *name)
{
	for (size_t i = 0; i < analysis->cost_count; i++) {
		if (!strcmp(analysis->costs[i].name, name))
			return analysis->costs[i].value;
	}
	return -1;
}

bool pace__is_bounded(const struct analysis *analysis)
{
	return analysis->states.ns[STATE_UNOBSERVED] > 0;
}

bool pace__hides(const struct analysis *analysis, enum store_state state)
{
	return state == STATE_UNOBSERVED && !pace__is_bounded(analysis);
}

#define BOUNDED_STATES "times of running, unobserved: exact; rest: seen only, see the budget"

/* Of a ledger that was kept all the time, and of one that was bounded: docs/budget.md. */
static const char *const labels[PACE_LABELS][2] = {
	[PACE_STATES] = {"exact", BOUNDED_STATES},
	[PACE_THREADS] = {"exact, but for what is idle; switches counted", BOUNDED_STATES},
	[PACE_WAITS] = {"exact", "seen only"},
	[PACE_TOTALS] = {"exact", "exact of threads and of running, all others sampled"},
};

const char *pace__label(const struct analysis *analysis, enum pace_label what)
{
	return labels[what][pace__is_bounded(analysis)];
}

const char pace__of_threads[] =
	"Running, no CPU, blocked and unobserved add up to the thread's life. Not idle: sampled. "
	"Switches: the kernel's own count; > where only what was seen is known.";

struct unit_text pace__switches(const struct thread_row *row, int64_t seen, int64_t kernel)
{
	bool all_seen = row->states.ns[STATE_UNOBSERVED] <= 0;
	struct unit_text out;

	if (all_seen || kernel >= 0)
		return units__short_count(all_seen ? seen : kernel);
	(void)snprintf(out.text, sizeof(out.text), ">%.40s", units__short_count(seen).text);
	return out;
}

/* Two digits where that is little: 0.25 %. */
static struct unit_text share_of(int64_t millionths)
{
	double percent = (double)millionths / MILLION * 100;
	struct unit_text out;

	(void)snprintf(out.text, sizeof(out.text), percent < 0.095 ? "%.2g %%" : "%.3g %%",
		       percent);
	return out;
}

__attribute__((format(printf, 2, 3))) static void add(GPtrArray *lines, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_ptr_array_add(lines, g_strdup_vprintf(format, args));
	va_end(args);
}

static struct unit_text hz_text(int64_t value)
{
	struct unit_text out;

	(void)snprintf(out.text, sizeof(out.text), "%.32s Hz", units__count(value).text);
	return out;
}

static struct unit_text period_text(int64_t value)
{
	return units__duration((double)value);
}

static struct unit_text bytes_text(int64_t value)
{
	return units__bytes((double)value);
}

static const struct {
	const char *what;
	struct unit_text (*text)(int64_t value);
} kinds[PACE_KINDS] = {
	[PACE_STACK_PERIOD] = {"a stack off the CPU for each", period_text},
	[PACE_CPU_CLOCK] = {"the CPU clock at", hz_text},
	[PACE_STACK_COPY] = {"copies of user stacks of up to", bytes_text},
	[PACE_LEDGER] = {"the ledger kept for", share_of},
};

static void add_kind(GString *text, const struct analysis *analysis, enum store_pace_kind what)
{
	int64_t first = -1, last = 0, least = INT64_MAX, most = 0;
	int changes = -1;

	for (size_t i = 0; i < analysis->pace_count; i++) {
		const struct pace_row *row = &analysis->paces[i];

		if (row->what != what)
			continue;
		first = changes < 0 ? row->value : first;
		last = row->value;
		least = MIN(least, row->value);
		most = MAX(most, row->value);
		changes++;
	}
	if (changes < 1)
		return;
	g_string_append_printf(text, "%s%s %s at first, %s at last", text->len ? "; " : "",
			       kinds[what].what, kinds[what].text(first).text,
			       kinds[what].text(last).text);
	if (least < MIN(first, last) || most > MAX(first, last))
		g_string_append_printf(text, ", between %s and %s", kinds[what].text(least).text,
				       kinds[what].text(most).text);
}

static void add_changes(GPtrArray *lines, const struct analysis *analysis)
{
	GString *text = g_string_new(NULL);

	for (int what = 0; what < PACE_KINDS; what++)
		add_kind(text, analysis, (enum store_pace_kind)what);
	if (text->len)
		add(lines,
		    "Sampling was adapted meanwhile: %s. Its weights are right all the same.",
		    text->str);
	g_string_free(text, TRUE);
}

GPtrArray *pace_lines(const struct analysis *analysis)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	int64_t budget = pace__cost(analysis, "budget"),
		usual = pace__cost(analysis, "default-budget");
	int64_t taken = pace__cost(analysis, "taken"), kept = pace__cost(analysis, "ledger-kept");

	if (budget < 0 && usual < 0)
		return lines;
	add(lines,
	    "It took %s of all CPUs; its budget was %s%s. The collector's part is measured; the "
	    "programs' in the kernel is estimated from %s in which they were.",
	    share_of(taken).text, share_of(MAX(budget, usual)).text,
	    budget < 0 ? ", as none was asked for" : "",
	    units__duration((double)pace__cost(analysis, "bpf-measured")).text);
	add_changes(lines, analysis);
	if (pace__is_bounded(analysis))
		add(lines,
		    "The exact ledger alone was too dear, so it was kept for %s of the time, in "
		    "pieces drawn by chance. To run is exact all the same, by the kernel's own "
		    "count; all other times are sampled, and intervals follow how much slices "
		    "differ.",
		    units__share((double)kept / (double)MAX(analysis->window_ns, 1)).text);
	if (pace__cost(analysis, "budget-exhausted") > 0)
		add(lines, "%s",
		    budget < 0 ? "The budget was not kept: sampling was at its least, and "
				 "the exact ledger is kept whatever it takes unless "
				 "record --budget asks for a bound."
			       : "The budget was not kept all the time: there was nothing "
				 "left to be lowered.");
	return lines;
}
