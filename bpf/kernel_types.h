/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The few kernel types the programs read. Field offsets are corrected at load time from the running
 * kernel's BTF (CO-RE), so only names and kinds matter here; no vmlinux.h is needed to build.
 */
#ifndef WALLFLAME_BPF_KERNEL_TYPES_H
#define WALLFLAME_BPF_KERNEL_TYPES_H

#include <linux/bpf.h>
#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct sched_info {
	unsigned long long run_delay; /* ns spent waiting on a run queue, ever */
};

struct sched_entity {
	__u64 sum_exec_runtime; /* ns charged as running, ever; up to date when a switch is traced
				 */
};

struct thread_info {
	__u32 status; /* thread-synchronous flags: TS_COMPAT */
};

struct task_struct {
	struct thread_info thread_info;
	int pid;
	int tgid;
	__u64 start_time; /* CLOCK_MONOTONIC ns */
	unsigned in_iowait : 1;
	char comm[16];
	struct sched_entity se;
	struct sched_info sched_info;
	struct task_struct *group_leader;
};

struct pt_regs {
	unsigned long cx;
	unsigned long si;
	unsigned long orig_ax;
};

#pragma clang attribute pop

/* include/linux/sched.h; the low bits have kept their values from 5.10 on. */
#define TASK_INTERRUPTIBLE 0x0001
#define TASK_UNINTERRUPTIBLE 0x0002
#define TASK_STOPPED_OR_TRACED 0x000c
#define TASK_DEAD 0x0080

/* include/uapi/linux/futex.h; arch/x86/entry/syscalls/syscall_64.tbl and syscall_32.tbl. */
#define FUTEX_CMD_MASK 0x7f
#define NR_FUTEX 202
#define NR_FUTEX_COMPAT 240

/* arch/x86/include/asm/thread_info.h: the system call came through the 32-bit entry. */
#define TS_COMPAT 0x0002

/* include/trace/events/lock.h: flags of contention_begin. */
#define LCB_F_SPIN (1U << 0)
#define LCB_F_READ (1U << 1)
#define LCB_F_WRITE (1U << 2)
#define LCB_F_RT (1U << 3)
#define LCB_F_PERCPU (1U << 4)
#define LCB_F_MUTEX (1U << 5)

#endif
