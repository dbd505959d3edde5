/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The few kernel types the programs read. Field offsets are corrected at load time from the running
 * kernel's BTF (CO-RE), so only names and kinds matter here; no vmlinux.h is needed to build.
 */
#ifndef WALLFLAME_BPF_KERNEL_TYPES_H
#define WALLFLAME_BPF_KERNEL_TYPES_H

#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct sched_info {
	unsigned long long run_delay; /* ns spent waiting on a run queue, ever */
};

struct rq {
	__u64 clock; /* ns, of sched_clock_cpu(): as a switch was last prepared or a tick came */
};

struct cfs_rq {
	struct rq *rq; /* CONFIG_FAIR_GROUP_SCHED */
};

struct sched_entity {
	struct cfs_rq *cfs_rq; /* CONFIG_FAIR_GROUP_SCHED; of whatever class the task is */
	__u64 sum_exec_runtime; /* ns charged as running, ever; up to date when a switch is traced
				 */
	__u64 prev_sum_exec_runtime; /* what that was when it came onto its CPU; not of real-time
				      * classes (set_next_entity(), kernel/sched/fair.c) */
	unsigned char sched_delayed; /* asleep, but still queued; Linux 6.12 */
};

struct thread_info {
	__u32 status; /* thread-synchronous flags: TS_COMPAT */
};

struct thread_struct {
	unsigned long fsbase; /* of a running thread: as it was last set by a system call */
};

struct mm_struct {
	unsigned long start_stack; /* where the first thread's began */
};

struct task_struct {
	struct thread_info thread_info;
	void *stack;
	unsigned __state; /* Linux 5.14 */
	int pid;
	int tgid;
	__u64 start_time; /* CLOCK_MONOTONIC ns */
	unsigned in_iowait : 1;
	unsigned long nvcsw; /* switches: voluntary, others */
	unsigned long nivcsw;
	char comm[16];
	struct sched_entity se;
	struct sched_info sched_info;
	struct task_struct *group_leader;
	struct mm_struct *mm;
	struct thread_struct thread;
};

/* libbpf reads a name up to the three underscores. */
struct task_struct___before_5_14 {
	long state;
};

struct pt_regs {
	unsigned long r15;
	unsigned long r14;
	unsigned long r13;
	unsigned long r12;
	unsigned long bp;
	unsigned long bx;
	unsigned long r11;
	unsigned long r10;
	unsigned long r9;
	unsigned long r8;
	unsigned long ax;
	unsigned long cx;
	unsigned long dx;
	unsigned long si;
	unsigned long di;
	unsigned long orig_ax;
	unsigned long ip;
	unsigned long cs; /* 16 bits from Linux 6.9 on */
	unsigned long sp;
};

struct rw_semaphore {
	long owner;
};

struct address_space {
	struct inode *host;
};

struct inode {
	struct rw_semaphore i_rwsem;
	struct address_space i_data;
};

/* Linux 5.16: one or more pages that are handled together; before, struct page was a single one to
 * the page cache. What is said of a large one lies where the second page's fields would. */
struct folio {
	unsigned long flags;
	unsigned char _folio_order; /* of a large one: 2^order pages; Linux 6.1 to 6.5 */
	unsigned long _flags_1; /* its lowest byte is that, since */
};

struct page {
	unsigned char compound_order; /* of the second page: the same, until Linux 6.0 */
};

struct folio___since_6_18 {
	struct {
		unsigned long f;
	} flags;
};

enum pageflags {
	PG_head = 6, /* as anywhere: that of the running kernel counts */
};

#pragma clang attribute pop

/*
 * From Linux 5.11 on the verifier knows what the current task is and lets its fields be read as in
 * C. Before, each is copied by a helper. Which it is is decided at load time, and the other way is
 * then dead code, which no verifier looks at.
 */
#define READS_DIRECTLY bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_current_task_btf)
#define TASK(task, field) (READS_DIRECTLY ? (task)->field : BPF_CORE_READ(task, field))

static __always_inline struct task_struct *current_task(void)
{
	return READS_DIRECTLY ? bpf_get_current_task_btf()
			      : (struct task_struct *)bpf_get_current_task();
}

/* Its registers as it entered the kernel (bpf_task_pt_regs: Linux 5.15). */
#define HAS_TASK_PT_REGS bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs)
#define REGISTERS(task) \
	(HAS_TASK_PT_REGS ? (struct pt_regs *)bpf_task_pt_regs(task) : registers_on_stack(task))
#define OF_REGISTERS(registers, name) \
	(HAS_TASK_PT_REGS ? (registers)->name : BPF_CORE_READ(registers, name))
#define REGISTER(task, name) OF_REGISTERS(REGISTERS(task), name)

/* By DWARF number, as struct wf_copy has them. */
#define EACH_REGISTER(visit)                                                                       \
	visit(0, ax) visit(1, dx) visit(2, cx) visit(3, bx) visit(4, si) visit(5, di) visit(6, bp) \
		visit(7, sp) visit(8, r8) visit(9, r9) visit(10, r10) visit(11, r11)               \
			visit(12, r12) visit(13, r13) visit(14, r14) visit(15, r15) visit(16, ip)

/* arch/x86/include/asm/page_64_types.h, without KASAN. */
#define THREAD_SIZE 16384

/* At the far end of its kernel stack: task_pt_regs(), arch/x86/include/asm/processor.h. */
static __always_inline struct pt_regs *registers_on_stack(struct task_struct *task)
{
	return TASK(task, stack) + THREAD_SIZE - bpf_core_type_size(struct pt_regs);
}

/* Linux 6.2. The verifier makes no call of it. */
extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym __weak;

/* include/linux/sched.h; the low bits have kept their values from 5.10 on. */
#define TASK_INTERRUPTIBLE 0x0001
#define TASK_UNINTERRUPTIBLE 0x0002
#define TASK_STOPPED_OR_TRACED 0x000c
#define TASK_DEAD 0x0080
#define TASK_WAKING 0x0200

/* include/uapi/linux/futex.h; arch/x86/entry/syscalls/syscall_64.tbl and syscall_32.tbl. */
#define FUTEX_CMD_MASK 0x7f
#define NR_FUTEX 202
#define NR_FUTEX_COMPAT 240

/* The same tables. They end twice: also in the child, which has called nothing and gets 0. */
#define NR_CLONE 56
#define NR_CLONE_COMPAT 120
#define NR_FORK 57
#define NR_FORK_COMPAT 2
#define NR_VFORK 58
#define NR_VFORK_COMPAT 190
#define NR_CLONE3 435 /* in both */

/* arch/x86/include/asm/thread_info.h: the system call came through the 32-bit entry. */
#define TS_COMPAT 0x0002

/* include/linux/err.h */
#define MAX_ERRNO 4095

/* include/trace/events/lock.h: flags of contention_begin. */
#define LCB_F_SPIN (1U << 0)
#define LCB_F_READ (1U << 1)
#define LCB_F_WRITE (1U << 2)
#define LCB_F_RT (1U << 3)
#define LCB_F_PERCPU (1U << 4)
#define LCB_F_MUTEX (1U << 5)

#endif
