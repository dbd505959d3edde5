// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/flight_private.h"
#include "cli/say.h"

#include <math.h>
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

static void keep_signalled(struct flight *flight, const struct window *window, const char *findings)
{
	double after_s = (double)(window->signalled_ns - window->t0_ns) / 1e9;
	char *why;

	if (asprintf(&why,
		     after_s < 0 ? "SIGUSR1, %.1f s before it opened%s%s"
				 : "SIGUSR1, after %.1f s%s%s",
		     fabs(after_s), *findings ? "; " : "", findings) < 0)
		why = NULL;
	keep(flight, false, "SIGUSR1", why ? why : "SIGUSR1");
	free(why);
}

/* Its file is there, whole or not: decides what stays. */
static void judge(struct flight *flight, const struct window *window)
{
	const char *findings = window->result ? window->result : "";
	const char *word = window->result ? findings + strlen(findings) + 1 : "";
	bool triggered = window->signalled_ns || *word;

	if (triggered)
		keep(flight, true, "before", "the window before");
	/* The signal first, for it came first. */
	if (window->signalled_ns)
		keep_signalled(flight, window, findings);
	else if (*word)
		keep(flight, false, word, findings);
	else if (flight->after)
		keep(flight, false, "after", "the window after");
	flight->after = triggered;
	shelf__trim(flight->shelf);
}

static void place(struct flight *flight, const struct window *window)
{
	char *name = window->result ? flight__path(flight, window->t0_ns, "") : NULL;

	if (shelf__put(flight->shelf, window->path, name))
		judge(flight, window);
	else if (window->signalled_ns)
		flight->signalled_ns = window->signalled_ns;
	free(name);
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
	free(window->result);
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
		if (flight->windows[0].result)
			count_window(flight, &flight->windows[0]);
		drop(flight, 0);
	}
}
