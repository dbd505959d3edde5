// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/doctor_checks.h"

#include "collector/kallsyms.h"
#include "collector/kernel_types.h"
#include "collector/privileges.h"
#include "collector/sysctl.h"
#include "collector/tracefs.h"

#include <bpf/btf.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#define OLDEST_MAJOR 5
#define OLDEST_MINOR 10

static struct finding good(char *found)
{
	return (struct finding){.found = found, .level = FINDING_GOOD};
}

static struct finding less(char *found, const char *advice)
{
	return (struct finding){.found = found, .level = FINDING_LESS, .advice = g_strdup(advice)};
}

static struct finding bad(char *found, const char *advice)
{
	return (struct finding){.found = found, .level = FINDING_BAD, .advice = g_strdup(advice)};
}

static bool is_older(const char *release, int major, int minor)
{
	int has_major = 0, has_minor = 0;

	return sscanf(release, "%d.%d", &has_major, &has_minor) != 2 || has_major < major ||
	       (has_major == major && has_minor < minor);
}

static struct finding check_kernel(void)
{
	struct utsname system = {0};
	char *found;

	uname(&system);
	found = g_strdup_printf("Linux %s %s", system.release, system.machine);
	if (strcmp(system.machine, "x86_64") != 0)
		return bad(found, "only x86-64 is supported");
	if (is_older(system.release, OLDEST_MAJOR, OLDEST_MINOR))
		return bad(found, "Linux 5.10 or newer is needed");
	return good(found);
}

static struct finding check_capabilities(void)
{
	static const struct {
		int number;
		const char *name;
		const char *cost;
	} useful[] = {
		{CAP_BPF, "CAP_BPF",
		 "perf events keep the ledger, and calls of kernel functions are not counted"},
		{CAP_PERFMON, "CAP_PERFMON",
		 "no BPF, and of perf events only those of your own processes, without the "
		 "kernel's part of stacks unless kernel.perf_event_paranoid is 1 or less"},
		{CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH",
		 "no tracefs unless it is mounted for a group of yours, and no names of functions "
		 "in files that you may not read"},
		{CAP_SYS_PTRACE, "CAP_SYS_PTRACE",
		 "no capture of processes whose /proc is closed to you, as other users' are"},
		{CAP_SYSLOG, "CAP_SYSLOG",
		 "kernel functions have no names, unless kernel.kptr_restrict is 0 and "
		 "kernel.perf_event_paranoid 1 or less"},
		{CAP_SYS_NICE, "CAP_SYS_NICE",
		 "wallflame waits for a CPU as long as its targets, and loses more when all are "
		 "busy"},
	};
	GString *missing = g_string_new(NULL), *costs = g_string_new(NULL);
	struct finding finding = {.level = FINDING_LESS};

	for (size_t i = 0; i < G_N_ELEMENTS(useful); i++) {
		if (privileges__has(useful[i].number))
			continue;
		g_string_append_printf(missing, "%s %s", missing->len ? "," : "no", useful[i].name);
		g_string_append_printf(costs, "; without %s: %s", useful[i].name, useful[i].cost);
	}
	if (!missing->len) {
		g_string_free(missing, TRUE);
		g_string_free(costs, TRUE);
		return good(g_strdup("all that help"));
	}
	g_string_prepend(costs, "run as root, or give the program with setcap(8) those you want");
	finding.found = g_string_free(missing, FALSE);
	finding.advice = g_string_free(costs, FALSE);
	return finding;
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

/* why: it could not be read; taken over. NULL: it was. */
static struct finding check_btf(char *why)
{
	if (!why)
		return good(g_strdup("can be read"));
	return bad(why, "the BPF engine needs a kernel with CONFIG_DEBUG_INFO_BTF, and its own "
			"/sys/kernel/btf/vmlinux to be seen here");
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
			    "CAP_SYSLOG, or 0 and kernel.perf_event_paranoid=1");
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
			   privileges__has(CAP_PERFMON)
				   ? "the kernel or a container's filter must let "
				     "perf_event_open(2) be used"
				   : "CAP_PERFMON, or sysctl kernel.perf_event_paranoid=2 for your "
				     "own processes");
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

	int status = tracefs__open(&tracefs, &error);
	struct finding finding;

	if (!status) {
		tracefs__close(tracefs);
		return good(g_strdup("can be read"));
	}
	finding = (struct finding){
		.found = g_strdup_printf("cannot be read: %s", g_strerror(-status)),
		.level = FINDING_LESS,
		.advice = g_strdup_printf("system call tracepoints and the perf engine want %s",
					  error),
	};
	g_free(error);
	return finding;
}

static struct finding check_unprivileged_bpf(void)
{
	return good(g_strdup_printf("%ld", sysctl__read("kernel/unprivileged_bpf_disabled", -1)));
}

/*
 * Until Linux 5.11 BPF maps count against it, whoever makes them (kernel/bpf/syscall.c,
 * bpf_charge_memlock), and libbpf raises it where it may; later they count for the memory cgroup.
 * Rings of perf events count against it beyond kernel.perf_event_mlock_kb a CPU
 * (kernel/events/core.c, perf_mmap).
 */
static struct finding check_memlock(void)
{
	struct utsname system = {0};
	struct rlimit limit;
	char *found;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) || limit.rlim_cur == RLIM_INFINITY)
		return good(g_strdup("unlimited"));
	uname(&system);
	found = g_strdup_printf("%llu kB; perf events: %ld kB a CPU",
				(unsigned long long)limit.rlim_cur / 1024,
				sysctl__read("kernel/perf_event_mlock_kb", 516));
	if (is_older(system.release, 5, 11) && !privileges__has(CAP_SYS_RESOURCE))
		return less(found, "before Linux 5.11 the BPF engine's maps count against it: "
				   "`ulimit -l unlimited`, or CAP_SYS_RESOURCE");
	if (!privileges__has(CAP_IPC_LOCK) && sysctl__read("kernel/perf_event_paranoid", 2) >= 0)
		return less(found, "rings of perf events are smaller than wallflame would make "
				   "them, and run over sooner: `ulimit -l unlimited`, a "
				   "higher sysctl kernel.perf_event_mlock_kb, or CAP_IPC_LOCK");
	return good(found);
}

/* locks: what timed waits for kernel locks in the capture that was tried. */
static struct finding check_contention(const char *locks)
{
	if (!locks)
		return less(g_strdup("not tried: no capture is possible"),
			    "what stands in the way of a capture stands in their way, too");
	if (strcmp(locks, "none") != 0)
		return good(g_strdup(locks));
	if (!privileges__has(CAP_PERFMON))
		return less(g_strdup(locks), "waits for kernel locks are not timed: CAP_PERFMON "
					     "is needed, and CAP_BPF or a tracefs that may be "
					     "read");
	return less(g_strdup(locks),
		    "waits for kernel locks are not timed: Linux 5.19 or newer has tracepoints on "
		    "them, which without BPF want a tracefs that may be read; before, functions "
		    "must let themselves be hooked by fentry");
}

static const struct {
	const char *topic;
	struct finding (*check)(void);
} checks[] = {
	{"kernel", check_kernel},
	{"capabilities", check_capabilities},
	{"lockdown", check_lockdown},
	{"kernel symbols", check_names},
	{"perf_event_paranoid", check_paranoid},
	{"tracefs", check_tracefs},
	{"unprivileged_bpf_disabled", check_unprivileged_bpf},
	{"locked memory", check_memlock},
};

static void add(GArray *findings, const char *topic, struct finding finding)
{
	finding.topic = topic;
	g_array_append_val(findings, finding);
}

void doctor__check_system(GArray *findings, const struct capture_trial *trial)
{
	struct btf *kernel = NULL;
	char *why = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(checks); i++)
		add(findings, checks[i].topic, checks[i].check());
	add(findings, "contention tracepoints", check_contention(trial->locks));
	add(findings, "CPU clock", check_clock(&trial->clock));
	kernel_types__load(&kernel, &why);
	add(findings, "BTF", check_btf(why));
	doctor__check_programs(findings, kernel);
	btf__free(kernel);
}
