// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* PROC_PID_INIT_INO, include/linux/proc_ns.h */
#define INITIAL_PID_NAMESPACE "pid:[4026531836]"

static const struct need {
	int number;
	const char *name;
	const char *what_for;
} needs_of_bpf[] =
	{
		{CAP_BPF, "CAP_BPF", "to load the ledger's programs"},
		{CAP_PERFMON, "CAP_PERFMON", "to attach them and to sample the CPUs"},
},
  need_of_others = {CAP_SYS_PTRACE, "CAP_SYS_PTRACE", "to read /proc of other users' processes"};

/* The programs and tracepoints know processes by their numbers in the first PID namespace only. */
int privileges__namespace(char **error)
{
	char name[64] = "";

	if (readlink("/proc/self/ns/pid", name, sizeof(name) - 1) <= 0 ||
	    !strcmp(name, INITIAL_PID_NAMESPACE))
		return 0;
	*error =
		g_strdup("this is a PID namespace of its own (a container?), where process numbers "
			 "are not the kernel's: run wallflame on the host, with the host's number");
	return -EPERM;
}

static uint64_t effective_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capget, &header, data))
		return 0;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

/* capabilities(7): CAP_SYS_ADMIN stands for some that were once a part of it. */
bool privileges__has(int capability)
{
	uint64_t capabilities = effective_capabilities();
	bool in_sys_admin = capability == CAP_BPF || capability == CAP_PERFMON;

	return capabilities >> capability & 1 ||
	       (in_sys_admin && capabilities >> CAP_SYS_ADMIN & 1);
}

static void add_missing(GString *missing, const struct need *need)
{
	g_string_append_printf(missing, "%s%s (%s)", missing->len ? ", " : "", need->name,
			       need->what_for);
}

/* Ends the list: -EPERM and a text if anything is missing. */
static int tell_missing(GString *missing, char **error)
{
	int status = missing->len ? -EPERM : 0;

	if (status)
		*error = g_strdup_printf("missing %s: run as root, or give the program these "
					 "capabilities with setcap(8)",
					 missing->str);
	g_string_free(missing, TRUE);
	return status;
}

static void check_bpf(GString *missing)
{
	for (size_t i = 0; i < G_N_ELEMENTS(needs_of_bpf); i++)
		if (!privileges__has(needs_of_bpf[i].number))
			add_missing(missing, &needs_of_bpf[i]);
}

int privileges__bpf(char **error)
{
	GString *missing = g_string_new(NULL);
	int status;

	check_bpf(missing);
	status = tell_missing(missing, error);
	return status ? status : privileges__namespace(error);
}

/* Whether the kernel shows of a process what it shows to those who could trace it: ptrace(2),
 * "access mode checking". */
static bool is_readable(pid_t pid)
{
	char path[32], byte;
	bool refused;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/io", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	refused = (fd < 0 || read(fd, &byte, 1) < 0) && (errno == EACCES || errno == EPERM);
	if (fd >= 0)
		close(fd);
	return !refused;
}

int privileges__check(enum engine_choice engine, const pid_t *pids, size_t count, char **error)
{
	GString *missing = g_string_new(NULL);
	bool without_bpf;
	int status;

	check_bpf(missing);
	/* Then perf events are the next thing to try; they do with less. */
	without_bpf = engine == ENGINE_PERF || (engine == ENGINE_AUTO && missing->len);
	if (without_bpf) {
		g_string_free(missing, TRUE);
		return 0;
	}
	for (size_t i = 0; i < count; i++) {
		if (!is_readable(pids[i])) {
			add_missing(missing, &need_of_others);
			break;
		}
	}
	status = tell_missing(missing, error);
	return status || engine == ENGINE_AUTO ? status : privileges__namespace(error);
}
