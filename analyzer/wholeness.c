// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/wholeness.h"

#include <string.h>

#define NO_USER_HALF USER_HALF_COUNT

static const char *const names[USER_HALF_COUNT] = {
	[USER_HALF_RECALLED] = "recalled",     [USER_HALF_WHOLE] = "whole",
	[USER_HALF_TRUNCATED] = "truncated",   [USER_HALF_BROKEN] = "broken",
	[USER_HALF_NOT_WALKED] = "not_walked", [USER_HALF_PLACE_ONLY] = "place_only",
	[USER_HALF_OTHER] = "other",
};

/* What the collector writes at the root of a stack: collector/stack_table.c. */
static const struct {
	const char *note;
	enum user_half half;
} notes[] = {
	{"[truncated]", USER_HALF_TRUNCATED},
	{"[broken stack]", USER_HALF_BROKEN},
	{"[user stack not walked]", USER_HALF_NOT_WALKED},
};

/* Behind a user half that is an earlier one's. */
static const char recalled[] = "[user stack as last walked]";

const char *user_half__name(enum user_half half)
{
	return (unsigned)half < USER_HALF_COUNT ? names[half] : "?";
}

static enum user_half of_note(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(notes); i++) {
		if (!strcmp(name, notes[i].note))
			return notes[i].half;
	}
	return USER_HALF_OTHER;
}

/* What a stack consists of. */
struct shape {
	uint32_t user; /* frames */
	uint32_t kernel;
	bool is_name_only; /* one of the kernel's is */
	bool is_recalled;
	const char *root_note; /* NULL: it begins with code */
};

/* A stack each. Parents come before their children. */
static struct shape *shapes_of(const struct stacks *stacks)
{
	const struct frames *frames = stacks__frames(stacks);
	size_t count = stacks__count(stacks);
	struct shape *shapes = g_new0(struct shape, count + 1);

	for (size_t i = 0; i < count; i++) {
		const struct stack_facts *stack = stacks__facts(stacks, (uint32_t)i);
		struct frame_span span = frames__span(frames, stack->frame);
		const struct frame_row *row = frames__row(frames, span.first);
		struct shape shape = {0};

		if (stack->parent != NO_STACK)
			shape = shapes[stack->parent];
		else if (row->kind == FRAME_NOTE)
			shape.root_note = row->name;
		if (row->kind == FRAME_NOTE && !strcmp(row->name, recalled))
			shape.is_recalled = true;
		shape.user += row->kind == FRAME_USER;
		shape.kernel += row->kind == FRAME_KERNEL;
		shape.is_name_only = shape.is_name_only || span.is_name_only;
		shapes[i] = shape;
	}
	return shapes;
}

/*
 * Of a thread that slept when the capture began /proc tells one address in user space and the name
 * of one kernel function.
 */
static bool is_place_only(const struct shape *shape, enum store_state state)
{
	return state != STATE_RUNNING && shape->user == 1 &&
	       (!shape->kernel || (shape->kernel == 1 && shape->is_name_only));
}

static enum user_half half_of(const struct shape *shape, enum store_state state)
{
	enum user_half half = shape->root_note ? of_note(shape->root_note) : USER_HALF_WHOLE;

	if (shape->user && half == USER_HALF_WHOLE && shape->is_recalled)
		return USER_HALF_RECALLED;
	if (shape->user)
		return half == USER_HALF_WHOLE && is_place_only(shape, state) ? USER_HALF_PLACE_ONLY
									      : half;
	/* Without code in user space the other remarks are the kernel half's. */
	return half == USER_HALF_NOT_WALKED || half == USER_HALF_BROKEN ? half : NO_USER_HALF;
}

static void take_shares(struct user_halves *halves, const double *weights)
{
	for (int half = 0; half < USER_HALF_COUNT; half++)
		halves->weight += weights[half];
	for (int half = 0; half < USER_HALF_COUNT && halves->weight > 0; half++)
		halves->share[half] = weights[half] / halves->weight;
}

void analysis__weigh_user_stacks(struct analysis *analysis, const struct facts *facts)
{
	struct shape *shapes = shapes_of(facts->stacks);
	double weights[SIDE_COUNT][USER_HALF_COUNT] = {0};

	for (guint i = 0; i < facts->kinds.rows->len; i++) {
		const struct kind *kind = kind__at(facts, i);
		enum user_half half = half_of(&shapes[kind->stack], kind->state);
		enum cpu_side side = kind->state == STATE_RUNNING ? SIDE_ON_CPU : SIDE_OFF_CPU;
		double weight = kind->weight[PART_STATE] + kind->weight[PART_RUNQUEUE];

		if (half == NO_USER_HALF)
			continue;
		weights[side][half] += weight;
		weights[SIDE_BOTH][half] += weight;
	}
	for (int side = 0; side < SIDE_COUNT; side++)
		take_shares(&analysis->user_stacks[side], weights[side]);
	g_free(shapes);
}
