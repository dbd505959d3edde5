// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/engine_private.h"

#include "collector/privileges.h"

#include <errno.h>
#include <glib.h>

/* What may be different where the kernel refuses BPF, or this user, or these programs. A lack of
 * memory or descriptors is not. */
static bool may_be_tried_without_bpf(int status)
{
	return status != -ENOMEM && status != -EMFILE && status != -ENFILE;
}

static int open_best(struct engine **out, const struct engine_config *config, char **error)
{
	struct engine_config other = *config;
	char *refused = NULL, *text;
	int status = privileges__bpf(&refused);

	if (!status)
		status = engine_bpf__open(out, config, &refused);
	if (!status)
		return 0;
	if (!may_be_tried_without_bpf(status)) {
		*error = refused;
		return status;
	}
	text = g_strdup_printf("BPF: %s", refused);
	other.refused = text;
	status = engine_perf__open(out, &other, error);
	g_free(text);
	g_free(refused);
	return status;
}

int engine__open(struct engine **out, const struct engine_config *config, char **error)
{
	static int (*const engines[])(struct engine **, const struct engine_config *, char **) = {
		[ENGINE_AUTO] = open_best,
		[ENGINE_BPF] = engine_bpf__open,
		[ENGINE_PERF] = engine_perf__open,
	};

	return engines[config->choice](out, config, error);
}

void engine__close(struct engine *engine)
{
	if (engine)
		engine->ops->close(engine);
}

int engine__attach(struct engine *engine, char **error)
{
	return engine->ops->attach(engine, error);
}

struct engine_facts engine__facts(const struct engine *engine)
{
	return engine->ops->facts(engine);
}

int engine__keeps_frame_pointers(struct engine *engine, pid_t pid, bool keeps)
{
	return engine->ops->keeps_frame_pointers(engine, pid, keeps);
}

int engine__follow(struct engine *engine, pid_t pid)
{
	return engine->ops->follow(engine, pid);
}

void engine__set_pace(struct engine *engine, const struct engine_pace *pace)
{
	engine->ops->set_pace(engine, pace);
}

bool engine__bounds_ledger(const struct engine *engine)
{
	return engine->ops->bounds_ledger(engine);
}

void engine__open_window(struct engine *engine, int64_t t0_ns)
{
	engine->ops->open_window(engine, t0_ns);
}

void engine__close_window(struct engine *engine, int64_t t1_ns)
{
	engine->ops->close_window(engine, t1_ns);
}

int engine__fd(const struct engine *engine)
{
	return engine->ops->fd(engine);
}

int engine__drain(struct engine *engine, engine_record_fn visit, void *ctx)
{
	return engine->ops->drain(engine, visit, ctx);
}

void engine__each_slot(struct engine *engine, engine_slot_fn visit, void *ctx)
{
	engine->ops->each_slot(engine, visit, ctx);
}

int engine__each_cpu(struct engine *engine, engine_cpu_fn visit, void *ctx)
{
	return engine->ops->each_cpu(engine, visit, ctx);
}

int engine__take_locks(struct engine *engine, uint32_t before, engine_lock_fn visit, void *ctx)
{
	return engine->ops->take_locks(engine, before, visit, ctx);
}

void engine__take_calls(struct engine *engine, engine_record_fn visit, void *ctx)
{
	engine->ops->take_calls(engine, visit, ctx);
}

void engine__take_moments(struct engine *engine, engine_moment_fn visit, void *ctx)
{
	engine->ops->take_moments(engine, visit, ctx);
}

void engine__stop_moments(struct engine *engine)
{
	engine->ops->stop_moments(engine);
}

int engine__clock_filter(const struct engine *engine)
{
	return engine->ops->clock_filter(engine);
}

struct wf_losses engine__losses(const struct engine *engine)
{
	return engine->ops->losses(engine);
}

uint64_t engine__missed(const struct engine *engine)
{
	return engine->ops->missed(engine);
}

uint64_t engine__unseen(const struct engine *engine)
{
	return engine->ops->unseen(engine);
}

int engine__start_stats(struct engine *engine)
{
	return engine->ops->start_stats(engine);
}

struct engine_run_stats engine__stop_stats(struct engine *engine)
{
	return engine->ops->stop_stats(engine);
}
