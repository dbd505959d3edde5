// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/call_losses.h"

#include <string.h>

#define OF(counts) (1U << (counts))
#define OF_SLEEPS OF(COUNTS_NOTHING)
#define OF_POINTS (OF(COUNTS_CALLS) | OF(COUNTS_WAITS) | OF(COUNTS_PAGES))
#define OF_LOCKS OF(COUNTS_COUNT) /* waits in the table of locks, which is no point's */
#define BY(backend) (1U << (backend))
#define BY_ANY (~0U)

/* The kinds of losses (collector/losses.c) after which a count may be too low. */
static const struct {
	const char *kind;
	unsigned backends;
	unsigned counts;
} losses[] = {
	{"missed-runs", BY_ANY, OF_POINTS | OF_SLEEPS | OF_LOCKS},
	{"processes", BY_ANY, OF_POINTS | OF_SLEEPS | OF_LOCKS},
	{"callers", BY_ANY, OF_POINTS},
	{"probe-calls", BY_ANY, OF_POINTS},
	{"uncounted-calls", BY_ANY, OF(COUNTS_CALLS) | OF(COUNTS_WAITS)},
	/* Calls deeper in the stack may have been taken for a part of the open one. */
	{"call-ends", BY_ANY, OF(COUNTS_CALLS)},
	{"threads", BY_ANY, OF(COUNTS_WAITS) | OF_SLEEPS | OF_LOCKS},
	{"lock-waits", BY_ANY, OF_LOCKS},
	{"lock-depth", BY_ANY, OF(COUNTS_WAITS) | OF_LOCKS},
	{"spilled-spans", BY_ANY, OF_SLEEPS},
	/* The perf engine has the system calls and locks in the same rings. */
	{"switches", BY(BACKEND_TRACEPOINT) | BY(BACKEND_EVIDENCE),
	 OF(COUNTS_CALLS) | OF_SLEEPS | OF_LOCKS},
};

static void add(struct call_losses *found, size_t loss)
{
	found->locks |= losses[loss].counts & OF_LOCKS;
	for (unsigned backend = 0; backend < BACKEND_COUNT; backend++) {
		for (unsigned counts = 0; counts < COUNTS_COUNT; counts++)
			found->any[backend][counts] |= losses[loss].backends & BY(backend) &&
						       losses[loss].counts & OF(counts);
	}
}

struct call_losses call_losses__of(const struct analysis *analysis)
{
	struct call_losses found = {0};

	for (size_t i = 0; i < analysis->loss_count; i++) {
		for (size_t loss = 0; loss < sizeof(losses) / sizeof(losses[0]); loss++) {
			if (analysis->losses[i].value > 0 &&
			    !strcmp(analysis->losses[i].name, losses[loss].kind))
				add(&found, loss);
		}
	}
	/* Of what was not watched nobody knows where its sleeps were; all else was counted. */
	found.any[BACKEND_EVIDENCE][COUNTS_NOTHING] |= analysis->states.ns[STATE_UNOBSERVED] > 0;
	return found;
}
