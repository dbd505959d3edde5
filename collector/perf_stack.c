// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_stack.h"

#include "store/model.h"

#include <glib.h>
#include <stddef.h>

/* Two samples of one switch are no further apart: nothing but the tracepoint's other users runs
 * between them. */
#define SAME_SWITCH_NS 1000000ULL

/* Copies the run of addresses behind a PERF_CONTEXT_* mark. Returns how many there are. */
static size_t copy_frames(uint64_t *out, size_t room, const struct perf_sample *sample,
			  uint64_t context)
{
	uint64_t now = 0;
	size_t count = 0;

	for (size_t i = 0; i < sample->chain_length; i++) {
		uint64_t address = sample->chain[i];

		if (address >= (uint64_t)PERF_CONTEXT_MAX) {
			now = address;
		} else if (now == context) {
			if (count < room)
				out[count] = address;
			count++;
		}
	}
	return count;
}

static void fill(struct wf_stack *stack, const struct perf_thread *thread,
		 const struct perf_sample *sample, const struct perf_draw *draw)
{
	size_t kernel = copy_frames((uint64_t *)stack->frames, WF_KERNEL_FRAMES, sample,
				    (uint64_t)PERF_CONTEXT_KERNEL);
	size_t kept = MIN(kernel, WF_KERNEL_FRAMES);
	size_t user = copy_frames((uint64_t *)stack->frames + kept, WF_USER_FRAMES, sample,
				  (uint64_t)PERF_CONTEXT_USER);
	bool full = kernel + user >= draw->max_chain;

	stack->tid = thread->slot.tid;
	stack->tgid = thread->slot.tgid;
	stack->time_ns = sample->time_ns;
	stack->probability = draw->period > 1 ? (uint32_t)((1ULL << 32) / draw->period) : 0;
	stack->syscall = -1;
	stack->futex_op = FUTEX_OP_NONE;
	stack->kernel_frames = (uint16_t)kept;
	stack->user_frames = (uint16_t)MIN(user, WF_USER_FRAMES);
	if (kernel > WF_KERNEL_FRAMES || (full && !user))
		stack->flags |= WF_STACK_KERNEL_CUT;
	if (user > WF_USER_FRAMES || (full && user))
		stack->flags |= WF_STACK_USER_CUT;
}

static void send(const struct wf_stack *stack, const struct perf_sink *sink)
{
	size_t frames = (size_t)stack->kernel_frames + stack->user_frames;

	sink->emit(sink->ctx, stack,
		   offsetof(struct wf_stack, frames) + frames * sizeof(stack->frames[0]));
}

/* It belongs to the span that has just begun. */
static void send_of_span(struct perf_thread *thread, struct wf_stack *stack,
			 const struct perf_sink *sink)
{
	struct wf_thread *slot = &thread->slot;

	stack->type = WF_RECORD_STACK;
	stack->sequence = slot->sequence;
	stack->syscall = slot->syscall;
	stack->futex_op = thread->futex_op;
	stack->state = slot->state;
	if (slot->lock_depth) {
		stack->lock_kind = (uint8_t)slot->locks[slot->lock_depth - 1].kind;
		stack->lock_address = slot->locks[slot->lock_depth - 1].address;
	}
	slot->drawn = 1;
	slot->leaving_p = stack->probability;
	send(stack, sink);
}

bool perf_stack__of_switch(struct perf_thread *thread, const struct perf_sample *sample,
			   const struct perf_draw *draw, const struct perf_sink *sink)
{
	struct wf_stack *stack = g_new0(struct wf_stack, 1);
	bool none_dropped = !thread->early;

	fill(stack, thread, sample, draw);
	g_free(thread->early);
	thread->early = NULL;
	if (thread->cpu == PERF_CPU_NONE && thread->left_ns <= sample->time_ns &&
	    sample->time_ns - thread->left_ns < SAME_SWITCH_NS) {
		send_of_span(thread, stack, sink);
		g_free(stack);
	} else {
		thread->early = stack;
	}
	return none_dropped;
}

bool perf_stack__send_early(struct perf_thread *thread, uint64_t told_ns,
			    const struct perf_sink *sink)
{
	struct wf_stack *stack = thread->early;
	bool belongs;

	if (!stack)
		return true;
	thread->early = NULL;
	belongs = stack->time_ns <= told_ns && told_ns - stack->time_ns < SAME_SWITCH_NS;
	if (belongs)
		send_of_span(thread, stack, sink);
	g_free(stack);
	return belongs;
}

void perf_stack__of_lock(const struct perf_thread *thread, const struct perf_sample *sample,
			 const struct perf_draw *draw, const struct perf_lock_end *wait,
			 const struct perf_sink *sink)
{
	struct wf_stack stack = {.type = WF_RECORD_LOCK_STACK, .state = WF_RUNNING};

	fill(&stack, thread, sample, draw);
	stack.lock_kind = (uint8_t)wait->key.kind;
	stack.lock_address = wait->key.address;
	stack.lock_wait_ns = wait->end_ns - wait->since_ns;
	send(&stack, sink);
}
