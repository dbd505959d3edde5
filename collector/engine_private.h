/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What an engine has to offer. Each function is what engine.h says of its namesake. */
#ifndef WALLFLAME_COLLECTOR_ENGINE_PRIVATE_H
#define WALLFLAME_COLLECTOR_ENGINE_PRIVATE_H

#include "collector/engine.h"

struct engine_ops {
	void (*close)(struct engine *engine);
	int (*attach)(struct engine *engine, char **error);
	struct engine_facts (*facts)(const struct engine *engine);
	int (*keeps_frame_pointers)(struct engine *engine, pid_t pid, bool keeps);
	int (*follow)(struct engine *engine, pid_t pid);
	void (*set_pace)(struct engine *engine, const struct engine_pace *pace);
	bool (*bounds_ledger)(const struct engine *engine);
	void (*open_window)(struct engine *engine, int64_t t0_ns);
	void (*close_window)(struct engine *engine, int64_t t1_ns);
	int (*fd)(const struct engine *engine);
	int (*drain)(struct engine *engine, engine_record_fn visit, void *ctx);
	void (*each_slot)(struct engine *engine, engine_slot_fn visit, void *ctx);
	int (*each_cpu)(struct engine *engine, engine_cpu_fn visit, void *ctx);
	int (*take_locks)(struct engine *engine, uint32_t before, engine_lock_fn visit, void *ctx);
	void (*take_calls)(struct engine *engine, engine_record_fn visit, void *ctx);
	void (*take_moments)(struct engine *engine, engine_moment_fn visit, void *ctx);
	void (*stop_moments)(struct engine *engine);
	int (*clock_filter)(const struct engine *engine);
	struct wf_losses (*losses)(const struct engine *engine);
	uint64_t (*missed)(const struct engine *engine);
	uint64_t (*unseen)(const struct engine *engine);
	int (*start_stats)(struct engine *engine);
	struct engine_run_stats (*stop_stats)(struct engine *engine);
};

/* The first member of every engine. */
struct engine {
	const struct engine_ops *ops;
};

/* As engine__open, of one kind each. */
int engine_bpf__open(struct engine **out, const struct engine_config *config, char **error);
int engine_perf__open(struct engine **out, const struct engine_config *config, char **error);

#endif
