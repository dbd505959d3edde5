// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/call_lines.h"

#include "render/pace_lines.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* Where fewer of the calls are whole, their mean is only a lower bound of what all took. */
#define NEARLY_ALL 0.95

char *call_lines__remark(const struct analysis *analysis)
{
	const struct call_sampling *sampling = &analysis->call_sampling;

	if (!sampling->moments)
		return g_strdup("not counted");
	return g_strdup_printf(
		"sampled: %" PRId64 " moments of %s, %s of the time; blocked: %s",
		sampling->moments,
		units__duration(sampling->covered_ns / (double)sampling->moments).text,
		units__share(sampling->share).text, pace__label(analysis, PACE_WAITS));
}

static bool has_intervals(const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->call_count; i++)
		if (!isnan(analysis->calls[i].per_second.low))
			return true;
	return false;
}

char *call_lines__explanation(const struct analysis *analysis)
{
	const struct call_sampling *sampling = &analysis->call_sampling;

	if (sampling->note)
		return g_strdup_printf("System calls were not counted: %s.", sampling->note);
	if (!sampling->moments)
		return g_strdup("The window was too short to count system calls in any moment.");
	if (!analysis->call_count)
		return g_strdup("No system call ended in these moments.");
	return g_strdup_printf(
		"%sCounting adds %s to a call; what that may have kept a busy program from calling "
		"is in the upper ends. =: by the kernel's own count of reads and writes. "
		"Mean: of calls that began and ended in one moment; > where others were longer. "
		"Blocked: slept in it in the whole window, all calls together%s.",
		has_intervals(analysis) ? "95 % intervals. "
					: "Too few moments for intervals: record for longer. ",
		isnan(sampling->added_ns) ? "some time" : units__duration(sampling->added_ns).text,
		pace__is_bounded(analysis) ? ", as far as it was watched: see the budget" : "");
}

const struct call_row *call_lines__of(const struct analysis *analysis, size_t process,
				      size_t *count)
{
	const struct call_row *first = NULL;

	*count = 0;
	for (size_t i = 0; i < analysis->call_count; i++) {
		if (analysis->calls[i].process != process)
			continue;
		first = first ? first : &analysis->calls[i];
		++*count;
	}
	return first;
}

bool call_lines__has_several(const struct analysis *analysis)
{
	size_t of_all, of_first;

	/* Those of all come first, then those of the first process that has any. */
	call_lines__of(analysis, CALLS_OF_ALL, &of_all);
	if (of_all == analysis->call_count)
		return false;
	call_lines__of(analysis, analysis->calls[of_all].process, &of_first);
	return of_all + of_first < analysis->call_count;
}

static struct unit_text number(double value)
{
	struct unit_text text = {"-"};

	if (value >= 1000)
		return units__short_count(units__round(value));
	if (!isnan(value))
		(void)snprintf(text.text, sizeof(text.text), "%.3g", value);
	return text;
}

static struct unit_text marked(const char *mark, struct unit_text text)
{
	struct unit_text out;

	(void)snprintf(out.text, sizeof(out.text), "%s%.40s", mark, text.text);
	return out;
}

struct call_texts call_line__texts(const struct call_row *row)
{
	bool longer = (double)row->whole < NEARLY_ALL * (double)row->counted;

	return (struct call_texts){
		.per_second = marked(row->by_kernel ? "=" : "", number(row->per_second.value)),
		.low = number(row->per_second.low),
		.high = number(row->per_second.high),
		.errors = row->errors ? units__share((double)row->errors / (double)row->counted)
				      : (struct unit_text){"-"},
		.bytes = number(row->bytes.value),
		.mean = marked(longer && row->whole ? ">" : "",
			       units__duration(row->whole_ns.value)),
		.blocked = row->blocked_ns > 0 ? units__duration(row->blocked_ns)
					       : (struct unit_text){"-"},
	};
}
