// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/probe_backends.h"

#include "collector/trial.h"

#include <errno.h>

struct probe_backends {
	const struct btf *kernel;
	bool tried[BACKEND_COUNT]; /* by a program that any kernel with this way takes */
	char *refused[BACKEND_COUNT];
};

static const struct {
	const char *name;
	const char *kind; /* of collector/trial.h; NULL: each place is its own */
	bool in_notes;
} ways[BACKEND_COUNT] = {
	[BACKEND_FENTRY] = {"fentry", "fentry", true},
	/* Only quicker to attach than the next, so it is nothing to be missed. */
	[BACKEND_KPROBE_MULTI] = {"kprobe-multi", "kprobe.multi", false},
	[BACKEND_KPROBE] = {"kprobe", "kprobe", true},
	[BACKEND_TRACEPOINT] = {"tracepoint", NULL, true},
};

struct probe_backends *probe_backends__new(const struct btf *kernel)
{
	struct probe_backends *backends = g_new0(struct probe_backends, 1);

	backends->kernel = kernel;
	return backends;
}

void probe_backends__free(struct probe_backends *backends)
{
	if (!backends)
		return;
	for (size_t i = 0; i < BACKEND_COUNT; i++)
		g_free(backends->refused[i]);
	g_free(backends);
}

const struct backend_step *probe_backends__steps(enum backend_choice choice)
{
	static const struct backend_step of_auto[] = {
		{BACKEND_FENTRY, false},     {BACKEND_KPROBE_MULTI, false}, {BACKEND_KPROBE, false},
		{BACKEND_FENTRY, true},	     {BACKEND_KPROBE_MULTI, true},  {BACKEND_KPROBE, true},
		{BACKEND_TRACEPOINT, false}, {BACKEND_EVIDENCE, false},
	};
	static const struct backend_step of_fentry[] = {
		{BACKEND_FENTRY, false},
		{BACKEND_FENTRY, true},
		{BACKEND_EVIDENCE, false},
	};
	static const struct backend_step of_kprobe[] = {
		{BACKEND_KPROBE_MULTI, false}, {BACKEND_KPROBE, false},
		{BACKEND_KPROBE_MULTI, true},  {BACKEND_KPROBE, true},
		{BACKEND_EVIDENCE, false},
	};
	static const struct backend_step of_tracepoint[] = {
		{BACKEND_TRACEPOINT, false},
		{BACKEND_EVIDENCE, false},
	};
	static const struct backend_step *const by_choice[] = {
		[BACKEND_CHOICE_AUTO] = of_auto,
		[BACKEND_CHOICE_FENTRY] = of_fentry,
		[BACKEND_CHOICE_KPROBE] = of_kprobe,
		[BACKEND_CHOICE_TRACEPOINT] = of_tracepoint,
	};

	return by_choice[choice];
}

static char *explain(int status, bool way)
{
	if (way && (status == -EPERM || status == -EACCES))
		return g_strdup_printf("%s (it may not be hooked)", g_strerror(-status));
	if (status == -ENOTSUPP || status == -EOPNOTSUPP || (way && status == -ENOENT))
		return g_strdup("not built into this kernel");
	if (!way && (status == -ENOENT || status == -ESRCH))
		return g_strdup("not known under this name (no type information?)");
	return g_strdup(g_strerror(-status));
}

static char *explain_event(int status)
{
	return g_strdup(status == -ENOENT ? "not in this kernel" : g_strerror(-status));
}

const char *probe_backends__refused(struct probe_backends *backends, enum store_backend backend)
{
	int refusal;

	if (ways[backend].kind && !backends->tried[backend]) {
		backends->tried[backend] = true;
		refusal = trial__kind(backends->kernel, ways[backend].kind);
		if (refusal)
			backends->refused[backend] = explain(refusal, true);
	}
	return backends->refused[backend];
}

char *probe_backends__explain(enum store_backend backend, int status)
{
	return ways[backend].kind ? explain(status, false) : explain_event(status);
}

void probe_backends__append_note(GString *note, enum store_backend backend, const char *reason)
{
	if (ways[backend].in_notes)
		g_string_append_printf(note, "%s%s: %s", note->len ? "; " : "", ways[backend].name,
				       reason);
}
