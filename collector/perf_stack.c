// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_stack.h"

#include "store/model.h"

#include <glib.h>
#include <stddef.h>
#include <string.h>

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

struct perf_drawn {
	struct wf_stack stack;
	struct wf_copy copy; /* only with WF_STACK_COPIED; its bytes follow */
};

static bool is_walked(const struct perf_thread *thread, const struct perf_draw *draw)
{
	return draw->walked &&
	       g_hash_table_contains(draw->walked, GUINT_TO_POINTER(thread->slot.tgid));
}

static void fill_copy(struct perf_drawn *drawn, const struct user_copy *from, size_t size)
{
	struct wf_copy *copy = &drawn->copy;
	bool cut = from->cut || size < from->size;

	copy->type = WF_RECORD_COPY;
	copy->tid = drawn->stack.tid;
	copy->tgid = drawn->stack.tgid;
	copy->time_ns = drawn->stack.time_ns;
	copy->size = (uint32_t)size;
	copy->asked = cut ? copy->size : WF_COPY_BYTES;
	copy->unknown = from->unknown;
	memcpy(copy->registers, from->registers, sizeof(copy->registers));
	memcpy(copy->bytes, from->bytes, size);
	drawn->stack.flags |= WF_STACK_COPIED;
}

static void fill_stack(struct wf_stack *stack, const struct perf_sample *sample, bool walked,
		       uint32_t max_chain)
{
	size_t kernel = copy_frames((uint64_t *)stack->frames, WF_KERNEL_FRAMES, sample,
				    (uint64_t)PERF_CONTEXT_KERNEL);
	size_t kept = MIN(kernel, WF_KERNEL_FRAMES);
	size_t user = copy_frames((uint64_t *)stack->frames + kept, WF_USER_FRAMES, sample,
				  (uint64_t)PERF_CONTEXT_USER);
	bool full = kernel + user >= max_chain;

	stack->kernel_frames = (uint16_t)kept;
	if (kernel > WF_KERNEL_FRAMES || (full && !user))
		stack->flags |= WF_STACK_KERNEL_CUT;
	if (!walked)
		return;
	stack->user_frames = (uint16_t)MIN(user, WF_USER_FRAMES);
	if (user > WF_USER_FRAMES || (full && user))
		stack->flags |= WF_STACK_USER_CUT;
}

/* The caller's to free with g_free. */
static struct perf_drawn *new_drawn(const struct perf_thread *thread,
				    const struct perf_sample *sample, const struct perf_draw *draw)
{
	bool walked = is_walked(thread, draw);
	size_t most = !sample->copied ? 0 : walked ? WF_LEAF_BYTES : WF_COPY_BYTES;
	size_t size = MIN(sample->copy.size, most);
	struct perf_drawn *drawn = g_malloc(sizeof(*drawn) + size);
	struct wf_stack *stack = &drawn->stack;

	*drawn = (struct perf_drawn){0};
	stack->tid = thread->slot.tid;
	stack->tgid = thread->slot.tgid;
	stack->time_ns = sample->time_ns;
	stack->probability = draw->period > 1 ? (uint32_t)((1ULL << 32) / draw->period) : 0;
	stack->syscall = -1;
	stack->futex_op = FUTEX_OP_NONE;
	fill_stack(stack, sample, walked || !sample->copied, draw->max_chain);
	if (sample->copied)
		fill_copy(drawn, &sample->copy, size);
	return drawn;
}

static void send(const struct perf_drawn *drawn, const struct perf_sink *sink)
{
	const struct wf_stack *stack = &drawn->stack;
	size_t frames = (size_t)stack->kernel_frames + stack->user_frames;

	if (stack->flags & WF_STACK_COPIED)
		sink->emit(sink->ctx, &drawn->copy, sizeof(drawn->copy) + drawn->copy.size);
	sink->emit(sink->ctx, stack,
		   offsetof(struct wf_stack, frames) + frames * sizeof(stack->frames[0]));
}

/* It belongs to the span that has just begun. */
static void send_of_span(struct perf_thread *thread, struct perf_drawn *drawn,
			 const struct perf_sink *sink)
{
	struct wf_thread *slot = &thread->slot;
	struct wf_stack *stack = &drawn->stack;

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
	send(drawn, sink);
}

bool perf_stack__of_switch(struct perf_thread *thread, const struct perf_sample *sample,
			   const struct perf_draw *draw, const struct perf_sink *sink)
{
	struct perf_drawn *drawn = new_drawn(thread, sample, draw);
	bool none_dropped = !thread->early;

	g_free(thread->early);
	thread->early = NULL;
	if (thread->cpu == PERF_CPU_NONE && thread->left_ns <= sample->time_ns &&
	    sample->time_ns - thread->left_ns < SAME_SWITCH_NS) {
		send_of_span(thread, drawn, sink);
		g_free(drawn);
	} else {
		thread->early = drawn;
	}
	return none_dropped;
}

bool perf_stack__send_early(struct perf_thread *thread, uint64_t told_ns,
			    const struct perf_sink *sink)
{
	struct perf_drawn *drawn = thread->early;
	bool belongs;

	if (!drawn)
		return true;
	thread->early = NULL;
	belongs = drawn->stack.time_ns <= told_ns &&
		  told_ns - drawn->stack.time_ns < SAME_SWITCH_NS;
	if (belongs)
		send_of_span(thread, drawn, sink);
	g_free(drawn);
	return belongs;
}

void perf_stack__of_lock(const struct perf_thread *thread, const struct perf_sample *sample,
			 const struct perf_draw *draw, const struct perf_lock_end *wait,
			 const struct perf_sink *sink)
{
	struct perf_drawn *drawn = new_drawn(thread, sample, draw);
	struct wf_stack *stack = &drawn->stack;

	stack->type = WF_RECORD_LOCK_STACK;
	stack->state = WF_RUNNING;
	stack->lock_kind = (uint8_t)wait->key.kind;
	stack->lock_address = wait->key.address;
	stack->lock_wait_ns = wait->end_ns - wait->since_ns;
	send(drawn, sink);
	g_free(drawn);
}
