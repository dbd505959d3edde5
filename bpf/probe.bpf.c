// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A probe on one function or pair of tracepoints: the object is opened once for each. Which way it
 * is attached decides which two of the programs are loaded. What it shares with the other objects
 * of a capture are their maps.
 */
#include "bpf/calls.bpf.h"
#include "bpf/locks.bpf.h"

/* Set before loading. */
const volatile __u32 probe = 0; /* enum wf_probe */
const volatile __u32 place = 0; /* its number among the probed ones */
const volatile __u64 function = 0; /* its address, 0: not known */
const volatile __u8 nests = 0; /* its calls may be inside each other */
const volatile __u8 of_inodes = 0; /* only calls with an inode's i_rwsem count */
const volatile __u32 lock_flags = 0; /* what contention_begin would say of a lock's slow path */

static __always_inline int enter(__u64 first_argument, __u64 frame)
{
	struct spot spot = {.frame = frame, .place = place, .nests = nests};

	if (!of_inodes || is_inode_lock(first_argument))
		call__begin(probe, &spot);
	return 0;
}

static __always_inline int leave(void *ctx, __u64 frame)
{
	struct spot spot = {.frame = frame, .place = place};

	call__end(ctx, probe, &spot, function);
	return 0;
}

/* The arguments lie in the trampoline's frame, which is one for both ends of a call. */
SEC("fentry")
int on_fentry(__u64 *ctx)
{
	return enter(of_inodes ? ctx[0] : 0, (__u64)ctx);
}

SEC("fexit")
int on_fexit(__u64 *ctx)
{
	return leave(ctx, (__u64)ctx);
}

/* Not probe points, but the slow paths of locks, where there are no tracepoints on contention. Only
 * this way, for return probes miss the ends of waits when many wait. */
SEC("fentry")
int on_lock_fentry(__u64 *ctx)
{
	return locks__begin(ctx[0], lock_flags);
}

SEC("fexit")
int on_lock_fexit(__u64 *ctx)
{
	return locks__end(ctx, ctx[0]);
}

/* As a function begins, the stack pointer is at its return address; when that has been taken, it is
 * above. */
#define RETURN_ADDRESS 8

SEC("kprobe")
int on_kprobe(struct pt_regs *ctx)
{
	return enter(ctx->di, ctx->sp);
}

SEC("kretprobe")
int on_kretprobe(struct pt_regs *ctx)
{
	return leave(ctx, ctx->sp - RETURN_ADDRESS);
}

SEC("kprobe.multi")
int on_kprobe_multi(struct pt_regs *ctx)
{
	return enter(ctx->di, ctx->sp);
}

SEC("kretprobe.multi")
int on_kretprobe_multi(struct pt_regs *ctx)
{
	return leave(ctx, ctx->sp - RETURN_ADDRESS);
}

/* A thread is in one system call at a time. */
#define THE_SYSTEM_CALL 1

SEC("tracepoint")
int on_syscall_enter(void *ctx __attribute__((unused)))
{
	return enter(0, THE_SYSTEM_CALL);
}

SEC("tracepoint")
int on_syscall_exit(void *ctx)
{
	return leave(ctx, THE_SYSTEM_CALL);
}

/* folio_order(), include/linux/mm.h. */
static __always_inline __u32 folio__order(const struct folio *folio)
{
	const struct folio___since_6_18 *later = (const void *)folio;
	const struct page *second;
	__u64 flags;

	if (!bpf_core_type_exists(struct folio))
		return 0;
	flags = bpf_core_field_exists(later->flags.f) ? BPF_CORE_READ(later, flags.f)
						      : BPF_CORE_READ(folio, flags);
	if (!(flags >> bpf_core_enum_value(enum pageflags, PG_head) & 1))
		return 0;
	if (bpf_core_field_exists(folio->_folio_order))
		return BPF_CORE_READ(folio, _folio_order);
	if (bpf_core_field_exists(folio->_flags_1))
		return BPF_CORE_READ(folio, _flags_1) & 0xff;
	second = (const void *)folio + bpf_core_type_size(struct page);
	return BPF_CORE_READ(second, compound_order);
}

/*
 * filemap:mm_filemap_add_to_page_cache, hit once for a folio. Raw: for a program on the event the
 * kernel first fills in a record, which takes several times as long as all that is done here.
 */
SEC("raw_tp")
int on_page_added(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 order = folio__order((const struct folio *)ctx->args[0]);
	struct wf_caller *caller;

	if (!calls_unchecked && !calls__count_at(bpf_ktime_get_ns()))
		return 0;
	caller = caller__get();
	if (caller)
		caller->points[WF_PROBE_PAGE_CACHE_FILL].calls += 1ULL << (order & 31);
	return 0;
}

/* GPL-only helpers want this; the source is under either licence named above. */
char LICENSE[] SEC("license") = "Dual MIT/GPL";
