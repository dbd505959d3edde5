// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/doctor_checks.h"

#include "collector/kallsyms.h"
#include "collector/sysctl.h"
#include "collector/tracefs.h"
#include "collector/trial.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#define OLDEST_MAJOR 5
#define OLDEST_MINOR 10

static struct finding good(char *found)
{
	return (struct finding){.found = found, .level = FINDING_GOOD};
}

static struct finding less(char *found, const char *advice)
{
	return (struct finding){.found = found, .level = FINDING_LESS, .advice = advice};
}

static struct finding bad(char *found, const char *advice)
{
	return (struct finding){.found = found, .level = FINDING_BAD, .advice = advice};
}

static struct finding check_kernel(void)
{
	struct utsname system = {0};
	int major = 0, minor = 0;
	char *found;

	uname(&system);
	found = g_strdup_printf("Linux %s %s", system.release, system.machine);
	if (strcmp(system.machine, "x86_64") != 0)
		return bad(found, "only x86-64 is supported");
	if (sscanf(system.release, "%d.%d", &major, &minor) != 2 || major < OLDEST_MAJOR ||
	    (major == OLDEST_MAJOR && minor < OLDEST_MINOR))
		return bad(found, "Linux 5.10 or newer is needed");
	return good(found);
}

/* The file reads "none [integrity] confidentiality": kernel_lockdown(7). */
static struct finding check_lockdown(void)
{
	char *text = NULL, *begin, *end;
	struct finding finding;

	if (!g_file_get_contents("/sys/kernel/security/lockdown", &text, NULL, NULL))
		return good(g_strdup("not told (no lockdown, or securityfs is not mounted)"));
	begin = strchr(text, '[');
	end = begin ? strchr(begin, ']') : NULL;
	if (end)
		*end = '\0';
	begin = begin ? begin + 1 : text;
	/* What hooks and reads the kernel is forbidden beyond LOCKDOWN_INTEGRITY_MAX only
	 * (include/linux/security.h, enum lockdown_reason). */
	if (!strcmp(begin, "confidentiality"))
		finding = bad(g_strdup(begin), "it forbids BPF and perf to read the kernel: boot "
					       "with lockdown=integrity or without it");
	else
		finding = good(g_strdup(begin));
	g_free(text);
	return finding;
}

static struct finding check_btf(void)
{
	const char *path = "/sys/kernel/btf/vmlinux";

	if (!access(path, R_OK))
		return good(g_strdup(path));
	return bad(g_strdup_printf("%s: %s", path, g_strerror(errno)),
		   "the BPF engine needs a kernel with CONFIG_DEBUG_INFO_BTF");
}

static struct finding check_names(void)
{
	struct kallsyms *kallsyms = NULL;
	int status = kallsyms__load(&kallsyms);
	bool hidden = !status && kallsyms__is_empty(kallsyms);
	long restricted = sysctl__read("kernel/kptr_restrict", -1);

	kallsyms__free(kallsyms);
	if (status)
		return less(g_strdup_printf("/proc/kallsyms: %s", g_strerror(-status)),
			    "kernel frames get no names, so causes cannot be told");
	if (hidden)
		return less(g_strdup_printf("hidden (kptr_restrict %ld)", restricted),
			    "kernel frames get no names: sysctl kernel.kptr_restrict=1 and "
			    "CAP_SYSLOG, or 0");
	return good(g_strdup_printf("readable (kptr_restrict %ld)", restricted));
}

static struct finding check_paranoid(void)
{
	long value = sysctl__read("kernel/perf_event_paranoid", 2);
	char *found = g_strdup_printf("%ld", value);

	if (value <= 2)
		return good(found);
	return less(found, "without CAP_PERFMON nobody may use perf events: sysctl "
			   "kernel.perf_event_paranoid=2 lets users look at their own processes");
}

static struct finding check_clock(const struct clock_trial *clock)
{
	char *found;

	if (!clock->name)
		return bad(g_strdup(clock->refusal),
			   "CAP_PERFMON, or sysctl kernel.perf_event_paranoid=2 for your own "
			   "processes");
	found = g_strconcat(clock->name, clock->user_only ? ", user code only" : "",
			    clock->own_only ? ", your own processes only" : "", NULL);
	if (clock->user_only)
		return less(found, "samples in the kernel want CAP_PERFMON, or sysctl "
				   "kernel.perf_event_paranoid=1");
	if (!strcmp(clock->name, "cycles"))
		return good(found);
	return less(found, "no hardware counters here (a virtual machine?): samples come from a "
			   "timer, code with interrupts off is seen where they come on again");
}

static struct finding check_tracefs(void)
{
	struct tracefs *tracefs = NULL;
	char *error = NULL;

	if (tracefs__open(&tracefs, &error))
		return less(error, "system call tracepoints and the perf engine want it");
	tracefs__close(tracefs);
	return good(g_strdup("can be read"));
}

static struct finding check_unprivileged_bpf(void)
{
	return good(g_strdup_printf("%ld", sysctl__read("kernel/unprivileged_bpf_disabled", -1)));
}

/* Before Linux 5.11 maps count against it; later against the memory cgroup. */
static struct finding check_memlock(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) || limit.rlim_cur == RLIM_INFINITY)
		return good(g_strdup("unlimited"));
	return good(g_strdup_printf("%llu kB", (unsigned long long)limit.rlim_cur / 1024));
}

static const struct {
	const char *topic;
	struct finding (*check)(void);
} checks[] = {
	{"kernel", check_kernel},
	{"lockdown", check_lockdown},
	{"BTF", check_btf},
	{"kernel symbols", check_names},
	{"perf_event_paranoid", check_paranoid},
	{"tracefs", check_tracefs},
	{"unprivileged_bpf_disabled", check_unprivileged_bpf},
	{"locked memory", check_memlock},
};

/* The kinds that hook functions, for which the same thing helps; told once, with the first. */
static const char *advice_on(const char *kind, int error)
{
	static const struct {
		const char *kind;
		int error;
		const char *advice;
	} advices[] = {
		{"fentry", -EPERM,
		 "as root this means that the kernel does not let functions be hooked: it is "
		 "locked "
		 "down, or its text may not be changed"},
		{"fentry", -ENOTSUPP, "the kernel was built without CONFIG_DYNAMIC_FTRACE"},
		{"kprobe", -ENOENT, "the kernel was built without CONFIG_KPROBES"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(advices); i++)
		if (!strcmp(advices[i].kind, kind) && advices[i].error == error)
			return advices[i].advice;
	return NULL;
}

static void add(GArray *findings, const char *topic, struct finding finding)
{
	finding.topic = topic;
	g_array_append_val(findings, finding);
}

static void add_trial(void *ctx, const char *kind, const char *refused, int error)
{
	struct finding finding;

	if (refused)
		finding = less(g_strdup_printf("refused: %s: %s", refused, g_strerror(-error)),
			       advice_on(kind, error));
	else
		finding = good(g_strdup("works"));
	add(ctx, kind, finding);
}

void doctor__check_system(GArray *findings, const struct clock_trial *clock)
{
	struct btf *kernel;

	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++)
		add(findings, checks[i].topic, checks[i].check());
	add(findings, "CPU clock", check_clock(clock));
	libbpf_set_print(NULL);
	kernel = btf__load_vmlinux_btf();
	trial__each(kernel, add_trial, findings);
	btf__free(kernel);
}
