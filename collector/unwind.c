// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/unwind.h"

#include "collector/unwind_step.h"

#include <errno.h>
#include <string.h>

/* One walk; `until` is the place at which it may stop, 0: none. */
struct walk {
	const struct user_copy *copy;
	unwind_find_fn find;
	void *ctx;
	uint64_t until;
	struct unwind_registers registers;
	bool interrupted; /* the frame did not call, so its address is the place itself */
};

/* What a failed step means for the stack. */
static enum unwind_end end_of(const struct walk *walk, int status)
{
	if (!status)
		return UNWIND_WHOLE;
	return status == -ENODATA && walk->copy->cut ? UNWIND_TRUNCATED : UNWIND_BROKEN;
}

/* One frame up. Returns as the steps do. */
static int step(struct walk *walk, uint64_t place)
{
	const struct unwind_rule *rule = NULL;

	switch (walk->find(walk->ctx, place, &rule)) {
	case UNWIND_BY_RULE:
		walk->interrupted = rule->signal_frame;
		return unwind_step__by_rule(rule, walk->copy, &walk->registers);
	case UNWIND_WITHOUT_RULE:
		walk->interrupted = false;
		return unwind_step__by_frame_pointer(walk->copy, &walk->registers);
	default:
		return -EINVAL;
	}
}

static uint64_t place_of(const struct walk *walk)
{
	return walk->registers.value[UNWIND_RIP] - (walk->interrupted ? 0 : 1);
}

/* True: it came to `until`. */
static bool go_up(struct walk *walk, struct unwind_stack *out)
{
	int status;

	out->count = 0;
	do {
		const struct unwind_rule *rule;
		bool called = !walk->interrupted;
		uint64_t place = place_of(walk);

		if (out->count && walk->find(walk->ctx, place, &rule) == UNWIND_NOWHERE) {
			out->end = UNWIND_BROKEN;
			return false;
		}
		if (out->count == out->room) {
			out->end = UNWIND_TRUNCATED;
			return false;
		}
		out->places[out->count++] = place;
		if (walk->until && place == walk->until)
			return true;
		status = step(walk, place);
		/* Nor did a signal's return stub call: the handler returns to its first byte. The
		 * rule is for the byte before as well (glibc's x86_64/libc_sigaction.c), the name
		 * is not. */
		if (called && walk->interrupted)
			out->places[out->count - 1]++;
	} while (status > 0);
	out->end = end_of(walk, status);
	return false;
}

static struct walk begin(const struct user_copy *copy, unwind_find_fn find, void *ctx)
{
	struct walk walk = {
		.copy = copy,
		.find = find,
		.ctx = ctx,
		.registers = {.known = ((1U << UNWIND_REGISTERS) - 1) & ~copy->unknown},
		.interrupted = true,
	};

	memcpy(walk.registers.value, copy->registers, sizeof(walk.registers.value));
	return walk;
}

void unwind__walk(const struct user_copy *copy, unwind_find_fn find, void *ctx,
		  struct unwind_stack *out)
{
	struct walk walk = begin(copy, find, ctx);

	go_up(&walk, out);
}

void unwind__join(const struct user_copy *copy, const uint64_t *chain, size_t chain_count,
		  unwind_find_fn find, void *ctx, struct unwind_stack *out)
{
	struct walk walk = begin(copy, find, ctx);
	size_t next = 1; /* of the chain */

	if (chain_count > 1)
		walk.until = chain[1] - 1;
	if (go_up(&walk, out))
		next = 2;
	else if (out->end == UNWIND_WHOLE)
		return;
	out->end = UNWIND_WHOLE;
	for (; next < chain_count; next++) {
		const struct unwind_rule *rule = NULL;
		enum unwind_code code = find(ctx, chain[next] - 1, &rule);

		if (code == UNWIND_NOWHERE) {
			out->end = UNWIND_BROKEN;
			return;
		}
		if (out->count == out->room) {
			out->end = UNWIND_TRUNCATED;
			return;
		}
		out->places[out->count++] = chain[next] - 1;
		/* A scheduler's frame pointer leads on to what ran before. */
		if (code == UNWIND_BY_RULE && unwind_rule__is_root(rule))
			return;
	}
}
