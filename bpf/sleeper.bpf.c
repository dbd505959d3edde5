// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The registers in user space of a thread that sleeps, which /proc tells but two of. The collector
 * has the thread's directory in /proc open and runs the program once, in its own context: the way
 * goes from that descriptor to the thread.
 */
#include "bpf/kernel_types.h"
#include "bpf/records.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct pid {
	struct hlist_head tasks[4]; /* by enum pid_type; the first is PIDTYPE_PID */
};

struct task_struct___linked {
	struct hlist_node pid_links[4];
};

/* fs/proc/internal.h */
struct proc_inode {
	struct pid *pid;
	struct inode vfs_inode;
};

struct file {
	struct inode *f_inode;
};

struct fdtable {
	unsigned max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct task_struct___with_files {
	struct files_struct *files;
};

#pragma clang attribute pop

/* Set before each run: the descriptor, and what /proc tells. */
__u32 directory = 0;
__u64 sp = 0;
__u64 ip = 0;
/* Set by it. */
__u32 found = 0;
__u64 registers[WF_REGISTERS] = {};

/* Bytes between the registers and the end of the kernel stack: TOP_OF_KERNEL_STACK_PADDING,
 * arch/x86/include/asm/thread_info.h, without and with CONFIG_X86_FRED (Linux 6.9). */
static const __u32 paddings[] = {0, 16};

static __always_inline void *inode_of_descriptor(void)
{
	struct task_struct___with_files *own = (void *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(own, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd), *file = 0;

	if (directory >= BPF_CORE_READ(table, max_fds))
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), files + directory);
	return file ? BPF_CORE_READ(file, f_inode) : 0;
}

static __always_inline struct task_struct *thread_of(void *inode)
{
	struct proc_inode *proc = inode - bpf_core_field_offset(struct proc_inode, vfs_inode);
	struct pid *pid = BPF_CORE_READ(proc, pid);
	void *link = pid ? BPF_CORE_READ(pid, tasks[0].first) : 0;

	return link ? link - bpf_core_field_offset(struct task_struct___linked, pid_links) : 0;
}

#define KEEP(number, name) registers[number] = BPF_CORE_READ(at, name);

SEC("raw_tp")
int read_registers(void *ctx __attribute__((unused)))
{
	void *inode = inode_of_descriptor();
	struct task_struct *task = inode ? thread_of(inode) : 0;
	void *end;

	found = 0;
	if (!task)
		return 0;
	end = BPF_CORE_READ(task, stack) + THREAD_SIZE - bpf_core_type_size(struct pt_regs);
	for (int i = 0; i < 2; i++) {
		struct pt_regs *at = end - paddings[i];

		if (BPF_CORE_READ(at, sp) != sp || BPF_CORE_READ(at, ip) != ip)
			continue;
		EACH_REGISTER(KEEP)
		found = 1;
		return 0;
	}
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
