/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What the BPF programs and the collector share: the per-thread slot in a memory-mapped array, and
 * the records of the ring buffer. Times are nanoseconds of CLOCK_MONOTONIC.
 */
#ifndef WALLFLAME_BPF_RECORDS_H
#define WALLFLAME_BPF_RECORDS_H

#include <linux/types.h>

#define WF_STRATA 32 /* a power of two: an open-addressed table */
#define WF_AVERAGES 8 /* a power of two */
#define WF_LOCK_DEPTH 4
#define WF_KERNEL_FRAMES 64
#define WF_USER_FRAMES 127
#define WF_COMM 16

/* How a thread left its CPU. The values are those of enum store_state. */
enum wf_state {
	WF_RUNNING = 0,
	WF_PREEMPTED = 1,
	WF_INTERRUPTIBLE = 2,
	WF_UNINTERRUPTIBLE = 3,
	WF_IO_WAIT = 4,
	WF_STOPPED = 5,
	WF_UNOBSERVED = 7, /* there were switches that nobody looked at: bpf/cover.bpf.h */
	WF_STATES = 8,
};

enum wf_record_type {
	WF_RECORD_THREAD = 1, /* struct wf_thread: a finished slice, a full table or an exit */
	WF_RECORD_STACK, /* struct wf_stack: a drawn span begins */
	WF_RECORD_SPAN, /* struct wf_span: a drawn or a long span has ended */
	WF_RECORD_BIRTH, /* struct wf_birth: a new thread or process of the target */
	WF_RECORD_LOCK, /* struct wf_lock: a wait that the lock table had no room for */
	WF_RECORD_RENAME, /* struct wf_rename: a thread goes on under another number */
	WF_RECORD_LOCK_STACK, /* struct wf_stack with the wait's address and length */
	WF_RECORD_CALLS, /* struct wf_calls: a thread that has ended, or whose table was full */
	WF_RECORD_CALL, /* struct wf_call: a timed call of a probe point */
	WF_RECORD_CALL_STACK, /* struct wf_stack of a timed call: probe, function, length */
	WF_RECORD_COPY, /* struct wf_copy: of the user stack of the wf_stack that follows */
};

/* The probe points, in the order of the table in collector/probe_points.c. */
enum wf_probe {
	WF_PROBE_OPENAT = 0,
	WF_PROBE_FD_ALLOC = 1,
	WF_PROBE_FUTEX_WAIT = 2,
	WF_PROBE_INODE_LOCK = 3,
	WF_PROBE_DPUT = 4,
	WF_PROBE_PAGE_CACHE_FILL = 5,
	WF_PROBES = 6,
};

/*
 * Spans of one kind in one slice. key: bit 0 set; bits 1-3 enum wf_state; bits 4-9 the power of two
 * of the span's length; bits 10-25 the system call + 1; 0 is an empty place.
 */
struct wf_stratum {
	__u32 key;
	__u32 count;
	__u64 ns; /* in the state */
	__u64 runqueue_ns; /* then waiting for a CPU */
};

#define WF_KEY(state, class, syscall) \
	(1U | (__u32)(state) << 1 | (__u32)(class) << 4 | ((__u32)((syscall) + 1) & 0xffff) << 10)
#define WF_KEY_STATE(key) ((key) >> 1 & 7)
#define WF_KEY_CLASS(key) ((key) >> 4 & 63)
#define WF_KEY_SYSCALL(key) ((__s32)((key) >> 10 & 0xffff) - 1)

/* A 32-bit system call's number has this bit. */
#define WF_SYSCALL_COMPAT 0x4000

/* The moving average of the spans of one (system call, preempted or not). */
struct wf_average {
	__u32 key;
	__u32 ns;
};

struct wf_lock_wait {
	__u64 address;
	__u64 since_ns;
	__u32 kind; /* enum store_lock */
	__u32 reserved;
};

/* A ledger that is kept for a part of the time: pieces of 2^21 ns; of 2^32, so many are kept. */
#define WF_COVER_SHIFT 21
#define WF_COVER_ALWAYS (1ULL << 32)

#define WF_THREAD_EXITED 1U /* end_ns is set */
#define WF_THREAD_CROSSED                                                      \
	2U /* the cross fields hold a span and a run that end in a later slice \
	    */
#define WF_THREAD_SMEARED 4U /* time of several slices is booked into this one */

/* What a thread found no room for in the ring, over its life. */
enum wf_lost {
	WF_LOST_STACKS,
	WF_LOST_COPIES,
	WF_LOST_SPANS,
	WF_LOST_SLICES, /* told apart too late */
	WF_LOST_KINDS,
};

/* One thread's slot, and (copied) the record WF_RECORD_THREAD. */
struct wf_thread {
	__u32 type; /* WF_RECORD_THREAD */
	__u32 flags;
	__u32 tid; /* 0: the slot is free */
	__u32 tgid;
	__u64 task; /* its address, which unlike its number is its own as long as it lives */
	__u64 start_ns; /* of the thread */
	__u64 end_ns;
	__u64 first_on_ns; /* when it first came onto a CPU as far as was seen; 0: was on one */
	__u64 first_run_delay; /* task_struct.sched_info.run_delay then; 0: it tells nothing */
	/* It was first seen when switches had been passed over: all before first_leave_ns is told
	 * by the kernel's counts then, of which first_run_delay is one. 0: it was not so. */
	__u64 first_leave_ns;
	__u64 first_exec_ns;
	__u32 first_switches;
	__u32 switches; /* the kernel's count at off_ns; only where the ledger may be bounded */

	__u32 slice; /* that run_ns and strata belong to, from 0 */
	__u32 run_count;
	__u64 slice_end_ns;
	__u64 run_ns;

	/* The open span: since it last left a CPU. */
	__u64 off_ns; /* 0: not seen leaving yet */
	__u64 run_delay; /* task_struct.sched_info.run_delay at off_ns */
	__u64 exec_ns; /* task_struct.se.sum_exec_runtime at off_ns */
	__s32 syscall;
	__u8 state;
	__u8 drawn;
	__u8 lock_depth;
	__u8 moved_asleep; /* run_delay is no wait: on_migrate in bpf/wallflame.bpf.c */
	__u32 sequence; /* of its spans */
	__u32 leaving_p; /* its chance of a stack as it began: p * 2^32, 0 for 1 */
	__u64 random;

	/* What a crossing flush leaves to be split: off..on in the state, on..leave running. */
	__u64 cross_off_ns;
	__u64 cross_on_ns;
	__u64 cross_leave_ns;
	__u64 cross_runqueue_ns;
	__u32 cross_key;
	__u32 arrival_p; /* its second chance as it ended: p * 2^32, 0: none */

	__u32 lost[WF_LOST_KINDS];
	char comm[WF_COMM];
	struct wf_average averages[WF_AVERAGES];
	struct wf_lock_wait locks[WF_LOCK_DEPTH];
	struct wf_stratum spilled[WF_STATES]; /* no place in strata and none in the ring */
	struct wf_stratum strata[WF_STRATA];
};

struct wf_stack {
	__u32 type;
	__u32 tid;
	__u32 tgid;
	__u32 sequence;
	__u64 time_ns;
	__u32 probability; /* p * 2^32, 0 for 1; of a span its record tells */
	__s32 syscall;
	__u64 lock_address; /* of a call: of the function */
	__u64 lock_wait_ns; /* WF_RECORD_LOCK_STACK only; of a call: its length */
	__u8 state; /* of a call: enum wf_probe */
	__u8 lock_kind; /* enum store_lock, 0: none */
	__s8 futex_op; /* without its flags, -1: not slept in futex(2) */
	__u8 flags;
	__u16 kernel_frames;
	__u16 user_frames;
	__u64 frames[WF_KERNEL_FRAMES + WF_USER_FRAMES]; /* kernel then user, leaf first */
};

#define WF_STACK_KERNEL_CUT 1U /* deeper than WF_KERNEL_FRAMES */
#define WF_STACK_USER_CUT 2U
#define WF_STACK_NO_USER 4U /* the user half could not be walked */
#define WF_STACK_COPY_LOST 16U
#define WF_STACK_COPIED 8U /* a wf_copy of the same thread and time came before it */

#define WF_COPY_BYTES 32768 /* a power of two */
/* Where frame pointers are walked: enough for the leaf, which may have made no frame yet. */
#define WF_LEAF_BYTES 512
#define WF_REGISTERS 17 /* by DWARF number, collector/unwind_rule.h */

/* What copies: they can nest. */
enum wf_copier {
	WF_COPIER_LEAVING,
	WF_COPIER_LOCK,
	WF_COPIER_CALL,
	WF_COPIERS,
};

/* A thread's registers in user space and its stack there, from rsp upwards. */
struct wf_copy {
	__u32 type;
	__u32 tid;
	__u32 tgid;
	__u32 size; /* of the bytes that follow */
	__u64 time_ns;
	__u32 asked; /* for so many bytes: less were there when size is less */
	__u32 unknown; /* of the registers: a bit each */
	__u64 registers[WF_REGISTERS];
	__u8 bytes[]; /* up to WF_COPY_BYTES */
};

struct wf_span {
	__u32 type;
	__u32 tid;
	__u32 tgid;
	__u32 sequence;
	__u64 off_ns;
	__u64 on_ns;
	__u64 runqueue_ns;
	__s32 syscall;
	__u8 state;
	__u8 drawn;
	__u16 reserved;
	__u32 probability; /* of a stack, in both chances: p * 2^32, 0 for 1 */
	__u32 reserved1;
};

/* The chance of a span that has had both. */
static inline __u32 wf_chance(__u32 leaving_p, __u32 arrival_p)
{
	__u64 missed = leaving_p ? (1ULL << 32) - leaving_p : 0;

	return (__u32)((1ULL << 32) - missed + (missed * arrival_p >> 32));
}

struct wf_birth {
	__u32 type;
	__u32 tid;
	__u32 tgid;
	__u32 parent_tgid;
	__u64 time_ns;
};

struct wf_rename {
	__u32 type;
	__u32 tid; /* as the slot has it */
	__u32 new_tid;
	__u32 reserved;
};

struct wf_lock_key {
	__u64 address;
	__u32 tid;
	__u32 tgid;
	__u32 slice;
	__u32 kind;
};

struct wf_lock_sum {
	__u64 count;
	__u64 ns;
	__u64 max_ns;
};

struct wf_lock {
	__u32 type;
	__u32 reserved;
	struct wf_lock_key key;
	__u64 ns;
};

/* Calls of probe points since the thread's last such record. */
struct wf_calls {
	__u32 type;
	__u32 tid;
	__u32 tgid;
	__u32 reserved;
	__u64 calls[WF_PROBES];
};

struct wf_call {
	__u32 type;
	__u32 tid;
	__u32 tgid;
	__u32 probability; /* p * 2^32, 0 for 1 */
	__u64 begin_ns;
	__u64 ns;
	__u32 probe; /* enum wf_probe */
	__u32 reserved;
};

struct wf_cpu {
	__u64 on_ns; /* the last switch on this CPU; 0: none since the programs were attached */
	__u32 tid; /* of who came on then */
	__u32 busy; /* inside a program that uses the ring */
	__u32 walking; /* inside a program that fills in a call's stack */
	__u32 slot; /* of who came on then, + 1, or 0: not looked for */
	__u64 synced_ns; /* bpf/switch_clock.bpf.h: the run queue's clock then */
	__u64 ahead_ns; /* CLOCK_MONOTONIC of it */
	__u32 refused; /* readings in a row that said more */
	__u32 reserved;
	__u64 piece; /* bpf/cover.bpf.h: of the last switch; 0: it was in none that is kept */
};

/* A probe point in one thread. */
struct wf_point {
	__u64 calls; /* those inside another of the same point are not counted again */
	__u64 frame; /* where on the stack the open one is; 0: none is open */
	__u64 since_ns; /* of the open one; 0: it is not timed */
	__u32 place; /* where the open one began */
	__u32 reserved;
	__u32 slice; /* that the next two belong to */
	__u32 calls_in_slice;
	__u32 next_halving; /* of p, when calls_in_slice goes beyond it */
	__u32 halvings; /* p = 2^-halvings */
};

/* System calls of a process in one moment of counting (bpf/syscalls.bpf.c). */
struct wf_syscall_key {
	__u32 tgid;
	__s32 syscall; /* as in a wf_stratum; -1: not known */
};

struct wf_syscall_sum {
	__u64 calls; /* that ended in the moment */
	__u64 errors; /* of them: returned an error, or were interrupted */
	__u64 returned; /* the sum of what the others returned */
	__u64 whole; /* that began in the moment, too */
	__u64 ns; /* of the whole ones */
};

/* A thread that calls probe points, or whose system calls are counted. */
struct wf_caller {
	__u32 tid; /* 0: it is free */
	__u32 tgid;
	__u64 task;
	__u64 random;
	__u64 syscall_ns; /* when its system call began; only while they are counted */
	__s32 syscall;
	__u32 reserved;
	struct wf_point points[WF_PROBES];
};

/* What could not be kept; each is shown by every report. */
struct wf_losses {
	__u64 threads; /* no slot */
	__u64 processes; /* no room among the targets */
	__u64 stacks; /* drawn, but the ring was full */
	__u64 copies; /* of user stacks: the same */
	__u64 spans; /* ends of drawn spans */
	__u64 births;
	__u64 locks; /* waits */
	__u64 lock_stacks;
	__u64 lock_depth; /* waits nested too deep */
	__u64 smeared; /* slices that could not be told apart */
	__u64 spilled; /* spans whose system call was not kept */
	__u64 raced_sleeps; /* their kind was gone when it was read */
	__u64 moved_sleeps; /* whose waits for a CPU are not known */
	__u64 callers; /* threads whose calls of probe points are not counted */
	__u64 calls; /* timed calls: the ring was full */
	__u64 call_stacks;
	__u64 call_ends; /* of timed calls, not seen */
	__u64 syscalls; /* of the target in a counted moment: no room in the table */
	__u64 moments; /* in which system calls could not be counted */
};

#endif
