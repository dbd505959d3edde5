// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/stacks.h"

#include <errno.h>
#include <inttypes.h>

#include "analyzer/ids.h"
#include "analyzer/vocabulary.h"

/* Collectors cut stacks long before this; more is damage. */
#define DEPTH_MAX 4096
#define ROWS_MAX 65536 /* with what was inlined */

struct stacks {
	struct frames *frames;
	GArray *facts; /* struct stack_facts, a stack each */
	struct ids ids;
	GHashTable *shown; /* index of stack -> its rows */
};

struct loader {
	struct stacks *stacks;
	char **error;
};

static void push_kernel(struct stack_facts *facts, uint32_t row, uint64_t sets)
{
	const uint64_t users = IN(U_ANY) | IN(U_LOCK) | IN(U_PARK) | IN(U_LOCK_BY_PARKING);
	const uint64_t passed = IN(K_TRANSPARENT) | IN(K_PRIMITIVE) | IN(K_HELPER);

	facts->all |= sets;
	if (sets & (IN(K_IRQ) | IN(K_FAULT)))
		facts->context &= users;
	facts->context |= sets;
	if (!(sets & passed)) {
		facts->caller = sets;
		facts->caller_row = row;
	}
}

/* Of the functions that lock or park the one nearest to the leaf decides. */
static void push_user(struct stack_facts *facts, uint64_t sets)
{
	if (sets & (IN(U_LOCK) | IN(U_PARK)))
		facts->context &= ~(IN(U_LOCK) | IN(U_PARK));
	facts->context |= sets;
}

/* What was inlined at a frame is there as if it had been called. */
static void push_frame(struct stack_facts *facts, const struct frames *frames)
{
	struct frame_span span = frames__span(frames, facts->frame);

	facts->rows += span.count;
	for (uint32_t row = span.first; row < span.first + span.count; row++) {
		uint64_t sets = frames__sets(frames, row);

		if (sets & IN(K_ANY))
			push_kernel(facts, row, sets);
		else if (sets & IN(U_ANY))
			push_user(facts, sets);
	}
}

static int too_deep(const struct loader *loader, store_id id, int limit)
{
	*loader->error = g_strdup_printf(
		"damaged capture: stack %" PRId64 " has more than %d frames", id, limit);
	return -EUCLEAN;
}

static int on_stack(void *ctx, store_id id, const struct store_stack *row)
{
	struct loader *loader = ctx;
	struct stacks *stacks = loader->stacks;
	struct stack_facts facts = {.parent = NO_STACK, .caller_row = NO_ROW, .depth = 1};

	if (row->parent) {
		/* Ids rise, so that a parent is always known already and loops cannot be. */
		facts.parent = ids__index(&stacks->ids, row->parent);
		if (facts.parent == NO_ID)
			return ids__damaged(loader->error, "stack", id, "parent", row->parent);
		uint32_t parent = facts.parent;

		facts = g_array_index(stacks->facts, struct stack_facts, parent);
		facts.parent = parent;
		if (++facts.depth > DEPTH_MAX)
			return too_deep(loader, id, DEPTH_MAX);
	}
	facts.id = id;
	facts.frame = frames__index(stacks->frames, row->frame);
	if (facts.frame == NO_ID)
		return ids__damaged(loader->error, "stack", id, "frame", row->frame);
	push_frame(&facts, stacks->frames);
	if (facts.rows > ROWS_MAX)
		return too_deep(loader, id, ROWS_MAX);
	g_array_append_val(stacks->facts, facts);
	return ids__add(&stacks->ids, id, "stack", loader->error);
}

struct stacks *stacks__load(struct store_reader *reader, GStringChunk *strings, int *status,
			    char **error)
{
	struct stacks *stacks = g_new0(struct stacks, 1);
	struct loader loader = {stacks, error};

	stacks->facts = g_array_new(FALSE, FALSE, sizeof(struct stack_facts));
	stacks->shown = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
	ids__init(&stacks->ids);
	stacks->frames = frames__load(reader, strings, status, error);
	if (!*status)
		*status = store_reader__each_stack(reader, on_stack, &loader);
	if (!*status)
		return stacks;
	stacks__free(stacks);
	return NULL;
}

void stacks__free(struct stacks *stacks)
{
	if (!stacks)
		return;
	frames__free(stacks->frames);
	g_array_free(stacks->facts, TRUE);
	g_hash_table_destroy(stacks->shown);
	ids__free(&stacks->ids);
	g_free(stacks);
}

const struct frames *stacks__frames(const struct stacks *stacks)
{
	return stacks->frames;
}

size_t stacks__count(const struct stacks *stacks)
{
	return stacks->facts->len;
}

uint32_t stacks__index(const struct stacks *stacks, store_id id)
{
	return ids__index(&stacks->ids, id);
}

const struct stack_facts *stacks__no_facts(void)
{
	static const struct stack_facts none = {
		.caller_row = NO_ROW, .frame = NO_ID, .parent = NO_STACK};

	return &none;
}

const struct stack_facts *stacks__facts(const struct stacks *stacks, uint32_t index)
{
	if (index >= stacks->facts->len)
		return stacks__no_facts();
	return &g_array_index(stacks->facts, struct stack_facts, index);
}

const struct frame_row *const *stacks__rows(struct stacks *stacks, store_id id, size_t *count)
{
	uint32_t index = stacks__index(stacks, id);
	const struct stack_facts *facts = stacks__facts(stacks, index);
	const struct frame_row **rows;
	size_t at = facts->rows;

	*count = facts->rows;
	if (!facts->rows)
		return NULL;
	rows = g_hash_table_lookup(stacks->shown, GUINT_TO_POINTER(index));
	if (rows)
		return rows;
	rows = g_new(const struct frame_row *, facts->rows);
	g_hash_table_insert(stacks->shown, GUINT_TO_POINTER(index), rows);
	for (; facts->depth; facts = stacks__facts(stacks, facts->parent)) {
		struct frame_span span = frames__span(stacks->frames, facts->frame);

		for (uint32_t row = span.count; row-- > 0;)
			rows[--at] = frames__row(stacks->frames, span.first + row);
	}
	return rows;
}
