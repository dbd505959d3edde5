// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/flight_private.h"
#include "cli/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void tell_kept(const char *path, const char *why)
{
	time_t now = time(NULL);
	char when[32];
	struct tm utc;

	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
	say_note("%s kept %s: %s", when, path, why);
}

static void keep(struct flight *flight, bool before, const char *word, const char *why)
{
	const char *path = shelf__keep(flight->shelf, before, word);

	if (!path)
		return;
	flight->kept++;
	tell_kept(path, why);
}

/* What the window is kept for; the signal first, for it came first. */
static struct flight_verdict verdict_of(const struct window *window)
{
	struct flight_verdict verdict = {.word = "SIGUSR1"};

	if (!window->signalled_ns)
		return window->verdict;
	snprintf(verdict.text, sizeof(verdict.text), "SIGUSR1, after %.1f s%s%.900s",
		 (double)(window->signalled_ns - window->t0_ns) / 1e9,
		 *window->verdict.word ? "; " : "", window->verdict.text);
	return verdict;
}

/* Its file is there, whole or not: decides what stays. */
static void place(struct flight *flight, const struct window *window)
{
	const struct flight_verdict verdict = verdict_of(window);
	char *name = window->has_result ? flight__path(flight, window->t0_ns, "") : NULL;
	bool placed = shelf__put(flight->shelf, window->path, name);

	free(name);
	if (!placed)
		return;
	if (*verdict.word) {
		keep(flight, true, "before", "the window before");
		keep(flight, false, verdict.word, verdict.text);
	} else if (flight->after) {
		keep(flight, false, "after", "the window after");
	}
	flight->after = *verdict.word;
	shelf__trim(flight->shelf);
}

static void count_window(struct flight *flight, const struct window *window)
{
	int64_t gap_ns = window->t0_ns - flight->covered_ns;

	flight->done++;
	if (flight->covered_ns)
		*(gap_ns > 0 ? &flight->gap_ns : &flight->overlap_ns) += llabs(gap_ns);
	flight->covered_ns = window->t1_ns;
}

static void drop(struct flight *flight, size_t index)
{
	struct window *window = &flight->windows[index];

	relay__close(window->relay);
	free(window->path);
	memmove(window, window + 1, (--flight->count - index) * sizeof(*window));
}

void flight__settle(struct flight *flight)
{
	/* Those that never opened have no file, and nobody waits for their turn. */
	for (size_t i = flight->count; i-- > 0;)
		if (flight->windows[i].gone && !flight->windows[i].t0_ns)
			drop(flight, i);
	while (flight->count && flight->windows[0].gone) {
		place(flight, &flight->windows[0]);
		if (flight->windows[0].has_result)
			count_window(flight, &flight->windows[0]);
		drop(flight, 0);
	}
}
