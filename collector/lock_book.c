// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/lock_book.h"

#include <glib.h>

struct waits {
	struct thread *thread;
	struct wf_lock_key key;
	struct wf_lock_sum sum;
};

struct lock_book {
	struct store_writer *writer;
	struct roster *roster;
	GArray *waits; /* struct waits */
	GArray *stacks; /* struct lock_stack */
};

struct lock_book *lock_book__new(struct store_writer *writer, struct roster *roster)
{
	struct lock_book *book = g_new0(struct lock_book, 1);

	book->writer = writer;
	book->roster = roster;
	book->waits = g_array_new(FALSE, FALSE, sizeof(struct waits));
	book->stacks = g_array_new(FALSE, FALSE, sizeof(struct lock_stack));
	return book;
}

void lock_book__free(struct lock_book *book)
{
	if (!book)
		return;
	g_array_free(book->waits, TRUE);
	g_array_free(book->stacks, TRUE);
	g_free(book);
}

void lock_book__add_waits(struct lock_book *book, struct thread *thread,
			  const struct wf_lock_key *key, const struct wf_lock_sum *sum)
{
	struct waits waits = {.thread = thread, .key = *key, .sum = *sum};

	g_array_append_val(book->waits, waits);
}

void lock_book__add_stack(struct lock_book *book, const struct lock_stack *stack)
{
	g_array_append_vals(book->stacks, stack, 1);
}

static int write_waits(const struct lock_book *book, const struct waits *waits)
{
	store_id thread = roster__id(book->roster, waits->thread);
	struct store_lock_wait row = {
		.thread = thread,
		.slice = (store_id)waits->key.slice + 1,
		.address = waits->key.address,
		.lock = (enum store_lock)waits->key.kind,
		.count = (int64_t)waits->sum.count,
		.ns = (int64_t)waits->sum.ns,
		.max_ns = (int64_t)waits->sum.max_ns,
	};

	return thread < 0 ? (int)thread : store_writer__lock_wait(book->writer, &row);
}

static int write_stack(const struct lock_book *book, const struct lock_stack *stack)
{
	store_id thread = roster__id(book->roster, stack->thread);
	struct store_lock_evidence row = {
		.thread = thread,
		.slice = (store_id)stack->slice + 1,
		.address = stack->address,
		.lock = (enum store_lock)stack->lock,
		.stack = stack->stack,
		.count = 1,
		.ns = stack->ns,
		.weight = (double)stack->ns * stack->scale,
	};

	return thread < 0 ? (int)thread : store_writer__lock_evidence(book->writer, &row);
}

int lock_book__flush(struct lock_book *book, uint32_t before)
{
	guint kept = 0;
	int status = 0;

	for (guint i = 0; !status && i < book->waits->len; i++) {
		struct waits *waits = &g_array_index(book->waits, struct waits, i);

		if (waits->key.slice < before)
			status = write_waits(book, waits);
		else
			g_array_index(book->waits, struct waits, kept++) = *waits;
	}
	if (status)
		return status;
	g_array_set_size(book->waits, kept);
	kept = 0;
	for (guint i = 0; !status && i < book->stacks->len; i++) {
		struct lock_stack *stack = &g_array_index(book->stacks, struct lock_stack, i);

		if (stack->slice < before)
			status = write_stack(book, stack);
		else
			g_array_index(book->stacks, struct lock_stack, kept++) = *stack;
	}
	if (status)
		return status;
	g_array_set_size(book->stacks, kept);
	return 0;
}
