/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the kernel tells of the runs of programs. */
#ifndef WALLFLAME_COLLECTOR_BPF_RUNS_H
#define WALLFLAME_COLLECTOR_BPF_RUNS_H

#include "collector/engine.h"

#include <bpf/libbpf.h>

/*
 * Runs left out because the program was running already on that CPU: of the programs whose
 * section's name has `part` in it, or (others) of all but these. "": of all.
 */
uint64_t bpf_runs__missed(struct bpf_object *object, const char *part, bool others);
/* Adds those that were counted while the statistics were on. */
void bpf_runs__add(struct bpf_object *object, struct engine_run_stats *stats);

/* The same of one program, by its descriptor; of one that is not loaded (-1) nothing. */
uint64_t bpf_runs__missed_by(int program);
void bpf_runs__add_of(int program, struct engine_run_stats *stats);

#endif
