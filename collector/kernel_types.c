// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/kernel_types.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <glib.h>
#include <unistd.h>

#define PATH "/sys/kernel/btf/vmlinux"

/* libbpf looks into images of the kernel, too, and tells of all that it has found none. */
static char *explain(int error)
{
	if (!error)
		return g_strdup(PATH " is damaged: it holds no type information (is something "
				     "mounted over it?)");
	if (error == ENOENT)
		return g_strdup("the kernel has no BTF (" PATH ", CONFIG_DEBUG_INFO_BTF)");
	return g_strdup_printf("the kernel's BTF cannot be read: %s: %s", PATH, g_strerror(error));
}

int kernel_types__load(struct btf **out, char **error)
{
	libbpf_set_print(NULL); /* the caller tells */
	*out = btf__load_vmlinux_btf();
	if (*out)
		return 0;
	*error = explain(access(PATH, R_OK) ? errno : 0);
	return -ESRCH;
}
