// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Counts the system calls of the target. Attached only for moments: while it is, every system call
 * of the machine takes the kernel's slow way in and out (kernel/tracepoint.c, syscall_regfunc()).
 * A call counts where it ends, so that each counts once wherever it began. Its time is known when
 * it began in the same moment.
 */
#include "bpf/calls.bpf.h"
#include "bpf/syscall.bpf.h"

/* The moment, set while recording. It ends exactly, however late the programs are detached. */
volatile __u64 moment_from = ~0ULL;
volatile __u64 moment_to = 0;

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 2048);
	__type(key, struct wf_syscall_key);
	__type(value, struct wf_syscall_sum);
} syscall_sums SEC(".maps");

static __always_inline int is_counted_at(__u64 now)
{
	return now >= moment_from && now < moment_to;
}

static __always_inline struct wf_syscall_sum *sum__get(const struct wf_syscall_key *key)
{
	static const struct wf_syscall_sum none;
	struct wf_syscall_sum *sum = bpf_map_lookup_elem(&syscall_sums, key);

	if (sum)
		return sum;
	bpf_map_update_elem(&syscall_sums, key, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&syscall_sums, key);
}

SEC("raw_tp/sys_enter")
int on_sys_enter(struct bpf_raw_tracepoint_args *ctx)
{
	struct wf_caller *caller = caller__get();
	__u64 now;

	if (!caller)
		return 0;
	now = bpf_ktime_get_ns();
	if (!is_counted_at(now))
		return 0;
	caller->syscall = syscall__number(current_task(), (__s32)ctx->args[1]);
	caller->syscall_ns = now;
	return 0;
}

/* arch/x86/kernel/process.c, ret_from_fork(): a new thread leaves through its parent's call. */
static __always_inline int is_childs(__s32 syscall, __s64 result)
{
	if (result)
		return 0;
	switch (syscall) {
	case NR_CLONE:
	case NR_FORK:
	case NR_VFORK:
	case NR_CLONE3:
	case WF_SYSCALL_COMPAT | NR_CLONE_COMPAT:
	case WF_SYSCALL_COMPAT | NR_FORK_COMPAT:
	case WF_SYSCALL_COMPAT | NR_VFORK_COMPAT:
	case WF_SYSCALL_COMPAT | NR_CLONE3:
		return 1;
	default:
		return 0;
	}
}

SEC("raw_tp/sys_exit")
int on_sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	struct pt_regs *registers = (struct pt_regs *)ctx->args[0];
	struct wf_caller *caller = caller__get();
	struct wf_syscall_key key = {};
	struct wf_syscall_sum *sum;
	__s64 result = ctx->args[1];
	__u64 now, begin;

	if (!caller)
		return 0;
	now = bpf_ktime_get_ns();
	if (!is_counted_at(now))
		return 0;
	begin = caller->syscall_ns;
	caller->syscall_ns = 0;
	key.tgid = caller->tgid;
	/* What began in the moment has said its name, which rt_sigreturn(2) wipes out. */
	key.syscall = begin >= moment_from
			      ? caller->syscall
			      : syscall__number(current_task(), BPF_CORE_READ(registers, orig_ax));
	if (is_childs(key.syscall, result))
		return 0;
	sum = sum__get(&key);
	if (!sum) {
		count_loss(&losses.syscalls);
		return 0;
	}
	sum->calls++;
	if (result < 0 && result >= -MAX_ERRNO)
		sum->errors++;
	else
		sum->returned += result;
	if (begin >= moment_from) {
		sum->whole++;
		sum->ns += now - begin;
	}
	return 0;
}

/* GPL-only helpers want this; the source is under either licence named above. */
char LICENSE[] SEC("license") = "Dual MIT/GPL";
