// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/doctor_checks.h"

#include "collector/privileges.h"
#include "collector/trial.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>

#define ANY_ERROR 0
#define NO_HOOKS                                                                              \
	"with all capabilities this means that the kernel does not let functions be hooked: " \
	"it is locked down, or its text may not be changed"
#define NO_FTRACE "the kernel was built without CONFIG_DYNAMIC_FTRACE"
#define NO_KPROBES                                                                           \
	"the kernel was built without CONFIG_KPROBES, or does not let its text be changed; " \
	"fentry does all that kprobes do"

/* What an administrator can do about a kind that is refused to somebody who has the capabilities;
 * the first that fits counts. */
static const struct {
	const char *kind;
	int error;
	const char *advice;
} advices[] = {
	{"raw tracepoint", ANY_ERROR,
	 "the BPF engine needs a kernel with CONFIG_BPF_SYSCALL and CONFIG_BPF_EVENTS; without it "
	 "perf events keep the ledger"},
	{"typed tracepoint (tp_btf)", ANY_ERROR,
	 "needs a kernel with CONFIG_DEBUG_INFO_BTF whose types can be read; raw tracepoints do "
	 "instead, with less exact chances for stacks of sleeps"},
	{"tracepoint", ANY_ERROR,
	 "needs tracefs, and a kernel with CONFIG_BPF_EVENTS and CONFIG_FTRACE_SYSCALLS; without "
	 "it there is no --backend tracepoint"},
	{"fentry", -EPERM, NO_HOOKS},
	{"fentry", -ENOTSUPP, NO_FTRACE},
	{"fentry", ANY_ERROR,
	 "needs CONFIG_DYNAMIC_FTRACE, and CONFIG_DEBUG_INFO_BTF whose types can be read; kprobes "
	 "do instead, at a higher price"},
	{"fexit", -EPERM, NO_HOOKS},
	{"fexit", -ENOTSUPP, NO_FTRACE},
	{"fexit", ANY_ERROR, "as for fentry"},
	{"kprobe.multi", ANY_ERROR,
	 "needs Linux 5.18 with CONFIG_FPROBE; plain kprobes count the same, they only take longer "
	 "to attach"},
	{"kprobe", ANY_ERROR, NO_KPROBES},
	{"kretprobe", ANY_ERROR, NO_KPROBES},
};

static const char *advice_on(const char *kind, int error)
{
	bool refused = error == -EPERM || error == -EACCES;

	if (refused && !(privileges__has(CAP_BPF) && privileges__has(CAP_PERFMON)))
		return "CAP_BPF and CAP_PERFMON are needed: run as root, or give the program these "
		       "capabilities with setcap(8)";
	for (size_t i = 0; i < G_N_ELEMENTS(advices); i++)
		if (!strcmp(advices[i].kind, kind) &&
		    (advices[i].error == ANY_ERROR || advices[i].error == error))
			return advices[i].advice;
	return NULL;
}

static void add_trial(void *ctx, const char *kind, const char *refused, int error)
{
	struct finding finding = {
		.topic = kind,
		.found = g_strdup("works"),
		.level = FINDING_GOOD,
	};

	if (refused) {
		g_free(finding.found);
		finding.found = g_strdup_printf("refused: %s: %s", refused, g_strerror(-error));
		finding.level = FINDING_LESS;
		finding.advice = g_strdup(advice_on(kind, error));
	}
	g_array_append_val((GArray *)ctx, finding);
}

void doctor__check_programs(GArray *findings, const struct btf *kernel)
{
	trial__each(kernel, add_trial, findings);
}
