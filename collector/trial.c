// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/trial.h"

#include "bpf/trial.skel.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

static const struct {
	const char *program;
	const char *kind; /* as people call it */
} kinds[] = {
	{"try_raw_tracepoint", "raw tracepoint"},
	{"try_typed_tracepoint", "typed tracepoint (tp_btf)"},
	{"try_tracepoint", "tracepoint"},
	{"try_fentry", "fentry"},
	{"try_fexit", "fexit"},
	{"try_kprobe_multi", "kprobe.multi"},
	{"try_kprobe", "kprobe"},
	{"try_kretprobe", "kretprobe"},
};

static const char *try_program(struct trial_bpf *trial, const char *name, int *error)
{
	struct bpf_program *program, *chosen = NULL;
	struct bpf_link *link;

	bpf_object__for_each_program (program, trial->obj) {
		bool wanted = !strcmp(bpf_program__name(program), name);

		bpf_program__set_autoload(program, wanted);
		chosen = wanted ? program : chosen;
	}
	*error = trial_bpf__load(trial);
	if (*error)
		return "loading";
	link = bpf_program__attach(chosen);
	if (!link) {
		*error = -errno;
		return "attaching";
	}
	bpf_link__destroy(link);
	return NULL;
}

/* NULL, or at what it is refused. */
static const char *try_one(const char *name, int *error)
{
	struct trial_bpf *trial = trial_bpf__open();
	const char *refused = "loading";

	*error = -errno;
	if (trial)
		refused = try_program(trial, name, error);
	trial_bpf__destroy(trial);
	if (!refused)
		*error = 0;
	return refused;
}

void trial__each(trial_fn visit, void *ctx)
{
	libbpf_set_print(NULL);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int error;
		const char *refused = try_one(kinds[i].program, &error);

		visit(ctx, kinds[i].kind, refused, error);
	}
}

int trial__kind(const char *kind)
{
	int error = -EINVAL;

	libbpf_set_print(NULL);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].kind, kind))
			try_one(kinds[i].program, &error);
	return error;
}
