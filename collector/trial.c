// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/trial.h"

#include "collector/bpf_hook.h"
#include "collector/tracefs.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

/* One that the kernel has for its own tests of these kinds (net/bpf/test_run.c) and never calls
 * otherwise. */
#define FUNCTION "bpf_fentry_test1"
#define EVENT "sched_process_exec"
#define EVENT_SYSTEM "sched"

static int attach_raw_tracepoint(int program)
{
	return bpf_hook__raw_tracepoint(program, EVENT);
}

static int attach_tracepoint(int program)
{
	struct tracefs *tracefs = NULL;
	char *error = NULL;
	int fd = tracefs__open(&tracefs, &error);

	if (!fd)
		fd = bpf_hook__tracepoint(program, tracefs, EVENT_SYSTEM "/" EVENT);
	tracefs__close(tracefs);
	g_free(error);
	return fd;
}

static int attach_kprobe_multi(int program)
{
	return bpf_hook__kprobe_multi(program, FUNCTION, false);
}

static int attach_kprobe(int program)
{
	return bpf_hook__kprobe(program, FUNCTION, false);
}

static int attach_kretprobe(int program)
{
	return bpf_hook__kprobe(program, FUNCTION, true);
}

static const struct kind {
	const char *name; /* as people call it */
	enum bpf_prog_type type;
	enum bpf_attach_type attach_type;
	const char
		*target; /* what the kernel's types call it, where it is loaded for that; or NULL */
	uint32_t target_kind;
	int (*attach)(int program); /* a descriptor, or a negative errno */
} kinds[] = {
	{"raw tracepoint", BPF_PROG_TYPE_RAW_TRACEPOINT, 0, NULL, 0, attach_raw_tracepoint},
	{"typed tracepoint (tp_btf)", BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, "btf_trace_" EVENT,
	 BTF_KIND_TYPEDEF, bpf_hook__typed},
	{"tracepoint", BPF_PROG_TYPE_TRACEPOINT, 0, NULL, 0, attach_tracepoint},
	{"fentry", BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, FUNCTION, BTF_KIND_FUNC,
	 bpf_hook__typed},
	{"fexit", BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT, FUNCTION, BTF_KIND_FUNC, bpf_hook__typed},
	{"kprobe.multi", BPF_PROG_TYPE_KPROBE, BPF_TRACE_KPROBE_MULTI, NULL, 0,
	 attach_kprobe_multi},
	{"kprobe", BPF_PROG_TYPE_KPROBE, 0, NULL, 0, attach_kprobe},
	{"kretprobe", BPF_PROG_TYPE_KPROBE, 0, NULL, 0, attach_kretprobe},
};

/* A program that does nothing: its descriptor, or a negative errno. */
static int load(const struct btf *kernel, const struct kind *kind)
{
	const struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	struct bpf_prog_load_opts options = {
		.sz = sizeof(options),
		.expected_attach_type = kind->attach_type,
	};
	int id = 0, fd;

	if (kind->target)
		id = kernel ? btf__find_by_name_kind(kernel, kind->target, kind->target_kind)
			    : -ESRCH;
	if (id < 0)
		return -ESRCH;
	options.attach_btf_id = (uint32_t)id;
	fd = bpf_prog_load(kind->type, "wallflame_trial", "Dual MIT/GPL", nothing,
			   G_N_ELEMENTS(nothing), &options);
	return fd < 0 ? -errno : fd;
}

/* NULL, or at what it is refused. */
static const char *try_one(const struct btf *kernel, const struct kind *kind, int *error)
{
	int program = load(kernel, kind);
	int hook;

	*error = program < 0 ? program : 0;
	if (program < 0)
		return "loading";
	hook = kind->attach(program);
	close(program);
	if (hook < 0) {
		*error = hook;
		return "attaching";
	}
	close(hook);
	return NULL;
}

void trial__each(const struct btf *kernel, trial_fn visit, void *ctx)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		int error;
		const char *refused = try_one(kernel, &kinds[i], &error);

		visit(ctx, kinds[i].name, refused, error);
	}
}

int trial__kind(const struct btf *kernel, const char *kind)
{
	int error = -EINVAL;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (!strcmp(kinds[i].name, kind))
			try_one(kernel, &kinds[i], &error);
	return error;
}
