/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Which spans get a stack. At switch-out the length is not known yet, so the chance follows the
 * moving average of like spans: p = average / T, at most 1 and never below a floor. Threads that
 * switch rarely always get a stack; one that switches all the time gets about 1/T a second.
 */
#ifndef WALLFLAME_BPF_EVIDENCE_H
#define WALLFLAME_BPF_EVIDENCE_H

#include "bpf/copy.bpf.h"
#include "bpf/maps.bpf.h"

#define ONE (1ULL << 32)

/* Marsaglia's xorshift64: cheaper than a helper call, good enough to draw with. */
static __always_inline __u32 random_next(__u64 *random)
{
	__u64 x = *random;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	*random = x;
	return x >> 32;
}

static __always_inline __u32 thread__random(struct wf_thread *thread)
{
	return random_next(&thread->random);
}

static __always_inline __u64 probability_of(__u64 average_ns)
{
	__u64 p = average_ns * draw_scale;

	return p < draw_floor ? draw_floor : p > ONE ? ONE : p;
}

static __always_inline __u32 average__key(__s32 syscall, __u8 state)
{
	return ((__u32)(syscall + 1) << 1 | (state == WF_PREEMPTED)) + 1;
}

static __always_inline struct wf_average *thread__average(struct wf_thread *thread, __u32 key)
{
	return &thread->averages[(key ^ key >> 3) & (WF_AVERAGES - 1)];
}

static __always_inline __u64 thread__probability(struct wf_thread *thread, __s32 syscall,
						 __u8 state)
{
	__u32 key = average__key(syscall, state);
	struct wf_average *average = thread__average(thread, key);

	return average->key == key ? probability_of(average->ns) : ONE;
}

static __always_inline void thread__learn(struct wf_thread *thread, __s32 syscall, __u8 state,
					  __u64 ns)
{
	__u32 key = average__key(syscall, state);
	struct wf_average *average = thread__average(thread, key);
	__u32 capped = ns > 0xffffffffULL ? 0xffffffffU : ns;

	if (average->key != key) {
		average->key = key;
		average->ns = capped;
		return;
	}
	average->ns += ((__s64)capped - (__s64)average->ns) >> 3;
}

static __always_inline int is_cut(__u32 frames, __u32 room)
{
	return frames >= room || frames >= max_stack;
}

/* Copies the user stack. Returns WF_STACK_* flags of whether that was done; 0: it is to be walked.
 */
static __always_inline __u8 stack__copy(const struct wf_stack *stack, enum wf_copier copier,
					int walks)
{
	long error = copy__send(copier, stack->tid, stack->tgid, stack->time_ns,
				walks ? WF_LEAF_BYTES : copy_bytes);

	if (error < 0)
		count_loss(&losses.copies);
	if (error < 0)
		return WF_STACK_COPY_LOST | (walks ? 0 : WF_STACK_NO_USER);
	return !error ? WF_STACK_COPIED : 0;
}

/* Fills in both stacks and sends the record. Returns 0 or a negative errno. */
static __always_inline long stack__send(void *ctx, struct wf_stack *stack, enum wf_copier copier)
{
	const __u32 fixed = __builtin_offsetof(struct wf_stack, frames);
	int walks = !!bpf_map_lookup_elem(&frame_pointers, &stack->tgid);
	long kernel, user = 0;

	stack->flags = stack__copy(stack, copier, walks);
	kernel = bounded(bpf_get_stack(ctx, stack->frames, WF_KERNEL_FRAMES * sizeof(__u64), 0),
			 WF_KERNEL_FRAMES * sizeof(__u64));
	if (walks || !(stack->flags & (WF_STACK_COPIED | WF_STACK_NO_USER)))
		user = bounded(bpf_get_stack(ctx, (void *)stack->frames + kernel,
					     WF_USER_FRAMES * sizeof(__u64), BPF_F_USER_STACK),
			       WF_USER_FRAMES * sizeof(__u64));
	stack->kernel_frames = kernel / sizeof(__u64);
	stack->user_frames = user / sizeof(__u64);
	stack->flags |= (is_cut(stack->kernel_frames, WF_KERNEL_FRAMES) ? WF_STACK_KERNEL_CUT : 0) |
			(is_cut(stack->user_frames, WF_USER_FRAMES) ? WF_STACK_USER_CUT : 0);
	return bpf_ringbuf_output(&ring, stack, fixed + kernel + user, wakeup());
}

#endif
