// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/engine_bpf_load.h"

#include "collector/cpu_share.h"
#include "collector/privileges.h"
#include "collector/sysctl.h"

#include "bpf/wallflame.skel.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <glib.h>
#include <string.h>

/* Of the tables of processes where the kernel wants all of each at once. */
#define FEW_TARGETS (1U << 16)
#define RING_MIN_BYTES (16U << 20)
#define RING_MAX_BYTES (256U << 20)

char *engine_bpf__explain(int error)
{
	const char *hint = "";

	/* privileges__bpf() has found the capabilities. */
	if (error == -EPERM || error == -EACCES)
		hint = ": " PRIVILEGES_REFUSED_ALL_THE_SAME;
	else if (error == -ESRCH || error == -ENOENT)
		hint = ": the kernel's BTF does not know what the programs read";
	else if (error == -ENOMEM)
		hint = ": not enough memory for the maps";
	else if (error == -EINVAL)
		hint = ": this kernel's verifier does not take the programs (Linux 5.10 or newer "
		       "is needed)";
	return g_strdup_printf("loading the BPF programs: %s%s", g_strerror(-error), hint);
}

static uint32_t ring_bytes(size_t threads)
{
	/* Every thread may send its slot at the same time when a slice ends. */
	size_t wanted = threads * sizeof(struct wf_thread) * 2;
	uint32_t bytes = RING_MIN_BYTES;

	while (bytes < wanted && bytes < RING_MAX_BYTES)
		bytes *= 2;
	return bytes;
}

/* Whether sched_switch passes prev_state on: void *data, preempt, prev, next, prev_state. */
static bool passes_prev_state(const struct btf *kernel)
{
	int id = btf__find_by_name_kind(kernel, "btf_trace_sched_switch", BTF_KIND_TYPEDEF);
	const struct btf_type *type = id > 0 ? btf__type_by_id(kernel, (uint32_t)id) : NULL;

	while (type && !btf_is_func_proto(type))
		type = btf_is_typedef(type) || btf_is_ptr(type)
			       ? btf__type_by_id(kernel, type->type)
			       : NULL;
	return type && btf_vlen(type) >= 5;
}

/* Whether a thread that sleeps may stay in its run queue: struct sched_entity has sched_delayed. */
static bool delays_dequeue(const struct btf *kernel)
{
	int id = btf__find_by_name_kind(kernel, "sched_entity", BTF_KIND_STRUCT);
	const struct btf_type *type = id > 0 ? btf__type_by_id(kernel, (uint32_t)id) : NULL;
	const struct btf_member *members = type ? btf_members(type) : NULL;

	for (uint32_t i = 0; type && i < btf_vlen(type); i++) {
		const char *name = btf__name_by_offset(kernel, members[i].name_off);

		if (name && !strcmp(name, "sched_delayed"))
			return true;
	}
	return false;
}

/* What differs between kernels and the programs cannot find out themselves. */
static void adapt(struct wallflame_bpf *skeleton, const struct btf *kernel)
{
	skeleton->rodata->prev_state_is_passed = passes_prev_state(kernel);
	skeleton->rodata->can_cast =
		btf__find_by_name_kind(kernel, "bpf_rdonly_cast", BTF_KIND_FUNC) > 0;
	bpf_program__set_autoload(skeleton->progs.on_migrate, delays_dequeue(kernel));
	/* Before Linux 6.1 hash tables of tracing programs must not allocate as rows come: the
	 * kernel would warn in its log (kernel/bpf/verifier.c, check_map_prog_compatibility). */
	if (btf__find_by_name_kind(kernel, "bpf_mem_alloc", BTF_KIND_STRUCT) < 0) {
		bpf_map__set_map_flags(skeleton->maps.targets, 0);
		bpf_map__set_max_entries(skeleton->maps.targets, FEW_TARGETS);
		bpf_map__set_map_flags(skeleton->maps.frame_pointers, 0);
		bpf_map__set_max_entries(skeleton->maps.frame_pointers, FEW_TARGETS);
	}
}

static int set_up(struct wallflame_bpf *skeleton, const struct engine_config *config)
{
	size_t threads = config->threads;
	uint32_t ring = ring_bytes(threads);
	int cpus = libbpf_num_possible_cpus();

	if (cpus < 0)
		return cpus;
	skeleton->rodata->max_stack = (uint32_t)sysctl__read("kernel/perf_event_max_stack", 127);
	skeleton->rodata->max_threads = (uint32_t)threads;
	skeleton->rodata->slice_ns = (uint64_t)config->slice_ns;
	skeleton->rodata->long_span_ns = ENGINE_LONG_SPAN_NS;
	skeleton->rodata->ring_wakeup_bytes = ring / 8;
	skeleton->rodata->bounds_ledger = config->bounds_ledger;
	skeleton->rodata->cover_seed = (uint64_t)g_random_int() << 32 | g_random_int();
	bpf_map__set_max_entries(skeleton->maps.slots, (uint32_t)threads);
	bpf_map__set_max_entries(skeleton->maps.free_slots, (uint32_t)threads);
	bpf_map__set_max_entries(skeleton->maps.callers, (uint32_t)threads);
	bpf_map__set_max_entries(skeleton->maps.free_callers, (uint32_t)threads);
	bpf_map__set_max_entries(skeleton->maps.ring, ring);
	bpf_map__set_max_entries(skeleton->maps.copies,
				 (uint32_t)cpu_share__rows((size_t)cpus) * WF_COPIERS);
	bpf_map__set_max_entries(skeleton->maps.numbers_of_tid, sysctl__pid_max());
	return 0;
}

static int load(struct wallflame_bpf **out, const struct engine_config *config,
		const struct btf *kernel, bool typed)
{
	struct wallflame_bpf *skeleton = wallflame_bpf__open();
	int status;

	*out = skeleton;
	if (!skeleton)
		return -errno;
	bpf_program__set_autoload(skeleton->progs.on_switch_typed, typed);
	bpf_program__set_autoload(skeleton->progs.on_switch, !typed);
	adapt(skeleton, kernel);
	status = set_up(skeleton, config);
	return status ? status : wallflame_bpf__load(skeleton);
}

/* A kernel may take all programs but the one with typed arguments. */
int engine_bpf__load(struct wallflame_bpf **out, const struct engine_config *config,
		     const struct btf *kernel, bool *typed)
{
	*typed = config->backend == BACKEND_CHOICE_AUTO || config->backend == BACKEND_CHOICE_FENTRY;
	if (*typed) {
		if (!load(out, config, kernel, true))
			return 0;
		wallflame_bpf__destroy(*out);
		*typed = false;
	}
	return load(out, config, kernel, false);
}

/* Low numbers come first out of the stack. */
int engine_bpf__free_all(int map_fd, size_t count)
{
	for (uint32_t i = (uint32_t)count; i-- > 0;)
		if (bpf_map_update_elem(map_fd, NULL, &i, BPF_ANY))
			return -errno;
	return 0;
}
