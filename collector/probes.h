/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* All probes of a capture: for each point the best backend that this kernel lets it have. */
#ifndef WALLFLAME_COLLECTOR_PROBES_H
#define WALLFLAME_COLLECTOR_PROBES_H

#include "collector/choice.h"
#include "collector/engine.h"
#include "collector/probe_set.h"

#include <stdbool.h>
#include <stdint.h>

struct btf;
struct probes;
struct wallflame_bpf;

struct probes_config {
	const struct wallflame_bpf *main; /* loaded and attached */
	const struct btf *kernel; /* its types; needed only to attach */
	enum backend_choice choice;
	bool has_contention; /* tracepoints on waits for locks are attached */
};

/*
 * Tells `set` what was tried and taken. Returns 0 or a negative errno with *error malloc'ed: when
 * the one backend that was chosen reaches nothing. A point that cannot be reached is no failure.
 */
int probes__attach(struct probes **out, const struct probes_config *config, struct probe_set *set,
		   char **error);
void probes__free(struct probes *probes); /* detaches; NULL is allowed */

/* Waits for locks are timed in their slow paths. */
bool probes__has_lock_paths(const struct probes *probes);

uint64_t probes__missed(const struct probes *probes);
void probes__add_runs(const struct probes *probes, struct engine_run_stats *stats);

#endif
