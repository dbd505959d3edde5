// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/html_facts.h"

#include "render/units.h"
#include "render/words.h"

#include <glib.h>

enum {
	FACT_HOST,
	FACT_KERNEL,
	FACT_MACHINE,
	FACT_CPUS,
	FACT_TARGET,
	FACT_STARTED,
	FACT_WINDOW,
	FACT_ENDED_BY,
	FACT_LEDGER,
	FACT_CPU_STACKS,
	FACT_LOCKS,
	FACT_VERSION,
};

const char *const html_facts__names[HTML_FACTS] = {
	[FACT_HOST] = "host",	       [FACT_KERNEL] = "kernel",
	[FACT_MACHINE] = "machine",    [FACT_CPUS] = "CPUs",
	[FACT_TARGET] = "target",      [FACT_STARTED] = "started",
	[FACT_WINDOW] = "window",      [FACT_ENDED_BY] = "ended by",
	[FACT_LEDGER] = "ledger",      [FACT_CPU_STACKS] = "CPU stacks",
	[FACT_LOCKS] = "kernel locks", [FACT_VERSION] = "wallflame",
};

/* Facts that are texts as they are; NULL: not one. */
static const char *plain(const struct store_capture *capture, size_t fact)
{
	const char *const texts[HTML_FACTS] = {
		[FACT_HOST] = capture->host,	      [FACT_KERNEL] = capture->kernel,
		[FACT_MACHINE] = capture->machine,    [FACT_TARGET] = capture->target,
		[FACT_ENDED_BY] = capture->ended_by,  [FACT_LEDGER] = capture->backend,
		[FACT_LOCKS] = capture->lock_backend, [FACT_VERSION] = capture->tool_version,
	};

	return texts[fact];
}

char *html_facts__value(const struct analysis *analysis, size_t fact)
{
	const struct store_capture *capture = &analysis->capture;
	const char *text = plain(capture, fact);
	char when[64];

	switch (fact) {
	case FACT_CPUS:
		return g_strdup(units__count(capture->cpus).text);
	case FACT_STARTED:
		return g_strdup(words__started(capture, when, sizeof(when)));
	case FACT_WINDOW:
		return g_strdup(units__duration((double)analysis->window_ns).text);
	case FACT_CPU_STACKS:
		return g_strdup_printf("%s at %s Hz", capture->cpu_clock,
				       units__count(capture->cpu_clock_hz).text);
	default:
		return g_strdup(text && *text ? text : "not known");
	}
}
