/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Copies of the current thread's registers in user space and of its stack there. Most code keeps no
 * frame pointers that could be walked along here: its stacks are unwound by the collector.
 */
#ifndef WALLFLAME_BPF_COPY_H
#define WALLFLAME_BPF_COPY_H

#include "bpf/maps.bpf.h"

#define PAGE 4096

/* By CPU, WF_COPIERS of them each. A map of arrays a CPU has no room for rows as long as these
 * (PCPU_MIN_UNIT_SIZE, include/linux/percpu.h). Behind the bytes that are sent there is room for a
 * page: what the verifier knows of the last read is that it begins before their end. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* set before loading */
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct wf_copy) + WF_COPY_BYTES + PAGE);
} copies SEC(".maps");

/* Processes whose code keeps frame pointers: tgid -> 1. The collector knows them. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 20);
	__type(key, __u32);
	__type(value, __u8);
} frame_pointers SEC(".maps");

/* arch/x86/include/asm/segment.h: __USER_CS, and under Xen FLAT_RING3_CS64, which ends alike. */
#define USER_CS_64 0x33

/*
 * No frame of a stack is beyond this address. A thread's own storage is at the far end of its stack
 * in every libc, and what the program was given when it began is at that of the first thread's.
 * Where neither is near, the mapping ends somewhere.
 */
static __always_inline __u64 stack__end(struct task_struct *task, __u64 sp)
{
	const __u64 argc_and_alignment = 16;
	__u64 storage = TASK(task, thread.fsbase);
	__u64 arguments = BPF_CORE_READ(task, mm, start_stack) + argc_and_alignment;

	if (storage - sp < WF_COPY_BYTES)
		return storage;
	return arguments - sp < WF_COPY_BYTES ? arguments : ~0ULL;
}

/*
 * A number of bytes that a helper has told, from 0 to `most`. In assembly, for a verifier before
 * Linux 5.13 must see the bounds in the register that is used: a copy on the stack made before does
 * not get them.
 */
#define bounded(got, most)                             \
	({                                             \
		long _bytes = (got);                   \
		asm volatile("if %0 s> 0 goto +1\n\t"  \
			     "%0 = 0\n\t"              \
			     "if %0 s< %1 goto +1\n\t" \
			     "%0 = %1"                 \
			     : "+r"(_bytes)            \
			     : "i"(most));             \
		_bytes;                                \
	})

/* From 1 to PAGE, which it is already: so that every verifier sees it, whatever register it is in.
 */
static __always_inline __u32 page__part(__u32 size)
{
	asm volatile("" : "+r"(size)); /* or the compiler sees it as well and does nothing */
	return ((size - 1) & (PAGE - 1)) + 1;
}

/* Copies up to `most` bytes from sp on. A read that meets the end of the mapping fails as a whole:
 * so they go to the end of a page each. Returns how many there were. */
static __always_inline __u64 copy__read(struct wf_copy *copy, __u64 sp, __u64 most)
{
	__u64 left = most, at = 0, part = PAGE - (sp & (PAGE - 1));

	for (int i = 0; i <= WF_COPY_BYTES / PAGE && left; i++) {
		__u64 size = part < left ? part : left;

		if (bpf_probe_read_user(copy->bytes + at, page__part(size), (void *)(sp + at)))
			break;
		left -= size;
		at += part;
		part = PAGE;
	}
	return most - left;
}

static __always_inline void copy__registers(struct wf_copy *copy, struct pt_regs *registers)
{
#define KEEP(number, name) copy->registers[number] = OF_REGISTERS(registers, name);
	EACH_REGISTER(KEEP)
#undef KEEP
}

static __always_inline void copy__describe(struct wf_copy *copy, struct pt_regs *registers,
					   __u32 tid, __u32 tgid, __u64 time_ns, __u32 asked)
{
	copy->type = WF_RECORD_COPY;
	copy->tid = tid;
	copy->tgid = tgid;
	copy->size = 0;
	copy->time_ns = time_ns;
	copy->asked = asked;
	copy->unknown = 0;
	copy__registers(copy, registers);
}

/* Kernel threads of a process have no registers there (arch/x86/kernel/process.c, copy_thread()).
 */
static __always_inline int has_user_code(struct pt_regs *registers)
{
	return OF_REGISTERS(registers, sp) && (OF_REGISTERS(registers, cs) & 0xff) == USER_CS_64;
}

/*
 * Sends a copy of up to `most` bytes of the current thread, for its stack that has the same
 * numbers. Returns 0, a negative errno where the ring has no room, or 1 where there is no stack of
 * 64-bit code. A global function of plain numbers, so that it is verified by itself and only once:
 * inlined it multiplies what the verifier has to follow in its callers.
 */
__noinline long copy__send(enum wf_copier copier, __u32 tid, __u32 tgid, __u64 time_ns, __u32 most)
{
	struct task_struct *task = current_task();
	struct pt_regs *registers = REGISTERS(task);
	__u32 row = bpf_get_smp_processor_id() * WF_COPIERS + copier;
	struct wf_copy *copy = bpf_map_lookup_elem(&copies, &row);
	__u64 sp = OF_REGISTERS(registers, sp);
	__u64 room;
	long size;

	if (!copy) /* this CPU came online after the programs were loaded */
		return -1;
	if (!has_user_code(registers))
		return 1;
	room = stack__end(task, sp) - sp;
	copy__describe(copy, registers, tid, tgid, time_ns, most);
	size = bounded(copy__read(copy, sp, room < most ? room : most), WF_COPY_BYTES);
	copy->size = size;
	return bpf_ringbuf_output(&ring, copy, sizeof(*copy) + size, wakeup());
}

#endif
