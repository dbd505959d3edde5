/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Loads the programs of the ledger as this kernel wants them. */
#ifndef WALLFLAME_COLLECTOR_ENGINE_BPF_LOAD_H
#define WALLFLAME_COLLECTOR_ENGINE_BPF_LOAD_H

#include "collector/engine.h"

#include <stdbool.h>

struct btf;
struct wallflame_bpf;

/*
 * Returns 0 or a negative errno. *out is the caller's to destroy in any case (NULL is allowed
 * there). *typed: the program with typed arguments keeps the ledger, not the one for raw
 * tracepoints.
 */
int engine_bpf__load(struct wallflame_bpf **out, const struct engine_config *config,
		     const struct btf *kernel, bool *typed);
/* Fills the stack of free numbers, 0 to count - 1. Returns 0 or a negative errno. */
int engine_bpf__free_all(int map_fd, size_t count);
/* What the errno means for people; malloc'ed for the caller. */
char *engine_bpf__explain(int error);

#endif
