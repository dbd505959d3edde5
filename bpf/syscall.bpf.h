/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How a system call's number is written down. */
#ifndef WALLFLAME_BPF_SYSCALL_H
#define WALLFLAME_BPF_SYSCALL_H

#include "bpf/kernel_types.h"
#include "bpf/records.h"

/* nr: its orig_ax. Returns -1 in no system call; of the 32-bit table with WF_SYSCALL_COMPAT. */
static __always_inline __s32 syscall__number(struct task_struct *task, __s64 nr)
{
	/* -1 after interrupts and exceptions: arch/x86/entry/entry_64.S, "no syscall to restart".
	 */
	if (nr < 0)
		return -1;
	nr &= 0x3fff; /* drops the x32 bit */
	return TASK(task, thread_info.status) & TS_COMPAT ? nr | WF_SYSCALL_COMPAT : nr;
}

#endif
