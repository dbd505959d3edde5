/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* One probed place: its programs and their links. It is there whole or not at all. */
#ifndef WALLFLAME_COLLECTOR_PROBE_LINK_H
#define WALLFLAME_COLLECTOR_PROBE_LINK_H

#include "bpf/records.h"
#include "collector/engine.h"
#include "store/model.h"

#include <stdbool.h>
#include <stdint.h>

struct tracefs;
struct probe_link;
struct probe_programs;

/* What to probe, and what its programs are told. */
struct probe_hook {
	enum store_backend backend;
	const char *place; /* a kernel symbol, or "system:event" */
	const struct tracefs *tracefs; /* only for a tracepoint */
	uint32_t number; /* of the place among those of its point */
	uint64_t address; /* of the symbol, 0: not known */
	enum wf_probe probe;
	bool nests; /* a call of the function may be inside another one of it */
	bool of_inodes; /* only calls whose first argument is an inode's i_rwsem */
	bool is_lock_path; /* not a probe point: waits for a kernel lock; by fentry alone */
	uint32_t lock_flags;
};

/* `programs` is needed no longer than this takes. Returns 0 or a negative errno. */
int probe_link__attach(struct probe_link **out, const struct probe_hook *hook,
		       struct probe_programs *programs);
void probe_link__free(struct probe_link *link); /* NULL is allowed */

uint64_t probe_link__missed(const struct probe_link *link);
void probe_link__add_runs(const struct probe_link *link, struct engine_run_stats *stats);

#endif
