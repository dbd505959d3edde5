/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* How a thread entered the kernel. */
#ifndef WALLFLAME_BPF_ENTRY_H
#define WALLFLAME_BPF_ENTRY_H

#include "bpf/maps.bpf.h"

/* Where a task's registers are, from the bottom of its kernel stack on; 0: not known yet. */
static volatile __u64 registers_at;

/* Where a pointer points: Linux 6.12 takes no sum or difference of one to a kernel type and a
 * number that it does not know. */
static __always_inline __u64 address_of(const void *pointer)
{
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), &pointer);
	return address;
}

/*
 * orig_ax of the task: a system call's number or, below 0, none. typed: the verifier knows the
 * type of the task, so it can be read without a call at each switch (a call costs as much as thirty
 * instructions where the kernel guards its returns: Documentation/admin-guide/hw-vuln/srso.rst).
 */
static __always_inline __s64 entry__number(struct task_struct *task, int typed)
{
	struct pt_regs *registers;

	if (!typed || !can_cast)
		return REGISTER(task, orig_ax);
	if (!registers_at)
		registers_at = address_of(REGISTERS(task)) - (__u64)task->stack;
	registers = bpf_rdonly_cast(task->stack + registers_at,
				    bpf_core_type_id_kernel(struct pt_regs));
	return registers->orig_ax;
}

#endif
