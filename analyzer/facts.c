// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/facts.h"

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

int key__compare(const struct key *a, const struct key *b)
{
	int order = ORDER(a->process, b->process);

	if (!order)
		order = ORDER(a->state, b->state);
	if (!order)
		order = ORDER(a->syscall, b->syscall);
	if (!order)
		order = ORDER(a->class, b->class);
	if (!order)
		order = ORDER(a->thread, b->thread);
	if (!order)
		order = ORDER(a->slice, b->slice);
	return order;
}

void facts__free(struct facts *facts)
{
	ids__free(&facts->processes);
	ids__free(&facts->threads);
	ids__free(&facts->slices);
	g_array_free(facts->cells, TRUE);
	g_array_free(facts->unobserved, TRUE);
	g_array_free(facts->draws, TRUE);
	g_array_free(facts->locks, TRUE);
	g_array_free(facts->lock_draws, TRUE);
	g_array_free(facts->span_calls, TRUE);
	probe_facts__free(&facts->probes);
	call_facts__free(&facts->calls);
}
