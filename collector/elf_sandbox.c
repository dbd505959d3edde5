// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_sandbox.h"

#include <glib.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 65534 /* the kernel's overflow ids: Documentation/admin-guide/sysctl/fs.rst */
#define LEAST_MEMORY (512ULL << 20)
#define MOST_MEMORY (2ULL << 30)
#define LARGEST_FILE (64ULL << 30)

/* Address sanitizers map terabytes. */
#if defined(__SANITIZE_ADDRESS__)
#define CAN_LIMIT_MEMORY false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CAN_LIMIT_MEMORY false
#endif
#endif
#ifndef CAN_LIMIT_MEMORY
#define CAN_LIMIT_MEMORY true
#endif

static void become_nobody(void)
{
	if (geteuid() != 0)
		return;
	/* Capabilities are to outlive the change (capabilities(7)). In a user namespace nobody may
	 * not be there: then root goes on, without capabilities. */
	prctl(PR_SET_KEEPCAPS, 1);
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return;
}

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
	uint32_t kept;

	if (syscall(SYS_capget, &header, data))
		return;
	kept = data[0].permitted & 1U << CAP_DAC_READ_SEARCH;
	data[0] = (struct __user_cap_data_struct){.permitted = kept, .effective = kept};
	data[1] = (struct __user_cap_data_struct){0};
	syscall(SYS_capset, &header, data);
}

static void limit(__rlimit_resource_t resource, rlim_t most)
{
	struct rlimit limits;

	if (getrlimit(resource, &limits))
		return;
	limits.rlim_cur = MIN(most, limits.rlim_max);
	setrlimit(resource, &limits);
}

static void limit_memory(void)
{
	uint64_t quarter = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE) / 4;

	limit(RLIMIT_AS, CLAMP(quarter, LEAST_MEMORY, MOST_MEMORY));
}

void elf_sandbox__enter(bool debuginfod)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	limit(RLIMIT_CORE, 0);
	/* It has a descriptor or two of each file. */
	limit(RLIMIT_NOFILE, RLIM_INFINITY);
	if (CAN_LIMIT_MEMORY)
		limit_memory();
	if (!debuginfod) {
		limit(RLIMIT_FSIZE, 0);
		become_nobody();
	}
	drop_capabilities();
	/* No core by a pipe either, and nobody's other processes may not trace it. */
	prctl(PR_SET_DUMPABLE, 0);
}

void elf_sandbox__allow(uint64_t bytes)
{
	struct rlimit limits;

	if (bytes > LARGEST_FILE || getrlimit(RLIMIT_AS, &limits) ||
	    limits.rlim_cur >= RLIM_INFINITY - bytes)
		return;
	limits.rlim_cur = MIN(limits.rlim_cur + bytes, limits.rlim_max);
	setrlimit(RLIMIT_AS, &limits);
}
