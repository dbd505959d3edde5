// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/privileges.h"

#include <errno.h>
#include <glib.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* PROC_PID_INIT_INO, include/linux/proc_ns.h */
#define INITIAL_PID_NAMESPACE "pid:[4026531836]"

/* capabilities(7): CAP_SYS_ADMIN stands for CAP_BPF and CAP_PERFMON too. */
static const struct {
	int number;
	bool in_sys_admin;
	const char *name;
	const char *what_for;
} needed[] = {
	{CAP_BPF, true, "CAP_BPF", "to load the ledger's programs"},
	{CAP_PERFMON, true, "CAP_PERFMON", "to attach them and to sample the CPUs"},
	{CAP_SYS_PTRACE, false, "CAP_SYS_PTRACE", "to read /proc of other users' processes"},
};

/* The programs know processes by their numbers in the first PID namespace only. */
static int check_namespace(char **error)
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

int privileges__check(char **error)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
	GString *missing = g_string_new(NULL);
	uint64_t effective;
	int status = 0;

	if (syscall(SYS_capget, &header, data)) {
		status = -errno;
		*error = g_strdup_printf("capget: %s", g_strerror(errno));
		g_string_free(missing, TRUE);
		return status;
	}
	effective = data[0].effective | (uint64_t)data[1].effective << 32;
	for (size_t i = 0; i < G_N_ELEMENTS(needed); i++) {
		if (effective >> needed[i].number & 1 ||
		    (needed[i].in_sys_admin && effective >> CAP_SYS_ADMIN & 1))
			continue;
		g_string_append_printf(missing, "%s%s (%s)", missing->len ? ", " : "",
				       needed[i].name, needed[i].what_for);
	}
	if (missing->len) {
		status = -EPERM;
		*error = g_strdup_printf("missing %s: run as root, or give the program these "
					 "capabilities with setcap(8)",
					 missing->str);
	}
	g_string_free(missing, TRUE);
	return status ? status : check_namespace(error);
}
