/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How a system call's number is written down. */
#ifndef WALLFLAME_BPF_SYSCALL_H
#define WALLFLAME_BPF_SYSCALL_H

#include "bpf/kernel_types.h"
#include "bpf/records.h"

/* nr: as the kernel has it of a thread that is in the call; negative: in none. Returns -1 for none,
 * with WF_SYSCALL_COMPAT for one of the 32-bit table. */
static __always_inline __s32 syscall__number(struct task_struct *task, __s64 nr)
{
	if (nr < 0)
		return -1;
	nr &= 0x3fff; /* drops the x32 bit */
	return TASK(task, thread_info.status) & TS_COMPAT ? nr | WF_SYSCALL_COMPAT : nr;
}

#endif
