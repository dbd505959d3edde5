// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Kernel locks by address: exact waits, and who wanted the lock by the stacks drawn. */
#include <string.h>

#include "analyzer/names.h"
#include "analyzer/private.h"
#include "analyzer/rules.h"

/* Heaviest use of a lock by (caller, cause). */
struct use {
	uint64_t address;
	uint8_t lock;
	uint8_t cause;
	const char *where;
	double weight;
};

static int by_lock(uint64_t a, uint8_t a_kind, uint64_t b, uint8_t b_kind)
{
	if (a != b)
		return a < b ? -1 : 1;
	return (a_kind > b_kind) - (a_kind < b_kind);
}

static gint by_fact(gconstpointer a, gconstpointer b)
{
	const struct lock_fact *left = a, *right = b;
	int order = by_lock(left->address, left->lock, right->address, right->lock);

	return order ? order : (left->thread > right->thread) - (left->thread < right->thread);
}

static gint by_use(gconstpointer a, gconstpointer b)
{
	const struct use *left = a, *right = b;
	int order = by_lock(left->address, left->lock, right->address, right->lock);

	if (!order)
		order = g_strcmp0(left->where, right->where);
	return order ? order : (left->cause > right->cause) - (left->cause < right->cause);
}

static bool is_spinning(enum store_lock lock)
{
	return lock == LOCK_SPIN || lock == LOCK_RWLOCK_READ || lock == LOCK_RWLOCK_WRITE;
}

static bool is_lock_cause(enum cause cause)
{
	return cause__in_group(cause, "lock") || cause == FD_TABLE_LOCK;
}

static struct use use_of(const struct facts *facts, const struct lock_draw *draw)
{
	const struct stack_facts *stack = stacks__facts(facts->stacks, draw->stack);
	struct question question = {
		.stack = stack,
		/* The rules of blocked threads ask who wanted the lock, also of a spinning one. */
		.state = STATE_UNINTERRUPTIBLE,
		.lock = draw->lock,
		.syscall = SYSCALL_NONE,
		.futex_op = FUTEX_OP_NONE,
	};
	enum cause cause = rules__match(&question);
	const char *where = NULL;

	if (stack->caller_row != NO_ROW)
		where = frames__row(stacks__frames(facts->stacks), stack->caller_row)->name;
	if (!is_lock_cause(cause) || (is_spinning(draw->lock) && cause == LOCK_OTHER_SLEEPING))
		cause = is_spinning(draw->lock) ? LOCK_OTHER_SPINNING : LOCK_OTHER_SLEEPING;
	return (struct use){draw->address, draw->lock, cause, where, draw->weight};
}

static GArray *heaviest_uses(const struct facts *facts)
{
	GArray *uses = g_array_new(FALSE, FALSE, sizeof(struct use));
	GArray *heaviest = g_array_new(FALSE, FALSE, sizeof(struct use));

	for (guint i = 0; i < facts->lock_draws->len; i++) {
		struct use use =
			use_of(facts, &g_array_index(facts->lock_draws, struct lock_draw, i));

		g_array_append_val(uses, use);
	}
	g_array_sort(uses, by_use);
	for (guint i = 0; i < uses->len;) {
		struct use sum = g_array_index(uses, struct use, i);
		struct use *last = heaviest->len
					   ? &g_array_index(heaviest, struct use, heaviest->len - 1)
					   : NULL;

		for (i++; i < uses->len; i++) {
			const struct use *next = &g_array_index(uses, struct use, i);

			if (by_use(&sum, next))
				break;
			sum.weight += next->weight;
		}
		if (!last || by_lock(last->address, last->lock, sum.address, sum.lock))
			g_array_append_val(heaviest, sum);
		else if (sum.weight > last->weight)
			*last = sum;
	}
	g_array_free(uses, TRUE);
	return heaviest;
}

static gint most_waited_first(gconstpointer a, gconstpointer b)
{
	const struct lock_row *left = a, *right = b;

	if (left->ns != right->ns)
		return left->ns < right->ns ? 1 : -1;
	if (left->address != right->address)
		return left->address < right->address ? -1 : 1;
	return strcmp(left->kind, right->kind);
}

static struct lock_row sum_lock(const GArray *facts, guint *at, GArray *times)
{
	const struct lock_fact *first = &g_array_index(facts, struct lock_fact, *at);
	struct lock_row row = {
		.address = first->address,
		.kind = lock__name(first->lock),
		.first_time = times->len,
	};
	uint32_t thread = NO_ID;

	for (; *at < facts->len; (*at)++) {
		const struct lock_fact *fact = &g_array_index(facts, struct lock_fact, *at);

		if (by_lock(fact->address, fact->lock, first->address, first->lock))
			break;
		struct lock_time time = {fact->thread, fact->slice, fact->count, fact->ns};

		g_array_append_val(times, time);
		row.time_count++;
		sum__add(&row.count, fact->count);
		sum__add(&row.ns, fact->ns);
		row.max_ns = MAX(row.max_ns, fact->max_ns);
		row.threads += fact->thread != thread;
		thread = fact->thread;
	}
	return row;
}

void analysis__list_locks(struct analysis *analysis, const struct facts *facts)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct lock_row));
	GArray *times = g_array_new(FALSE, FALSE, sizeof(struct lock_time));
	GArray *uses = heaviest_uses(facts);
	guint use = 0;

	g_array_sort(facts->locks, by_fact);
	for (guint at = 0; at < facts->locks->len;) {
		const struct lock_fact *first = &g_array_index(facts->locks, struct lock_fact, at);
		struct lock_row row = sum_lock(facts->locks, &at, times);
		int order = -1;

		for (; use < uses->len; use++) {
			const struct use *next = &g_array_index(uses, struct use, use);

			order = by_lock(next->address, next->lock, first->address, first->lock);
			if (order >= 0)
				break;
		}
		if (!order) {
			row.where = g_array_index(uses, struct use, use).where;
			row.cause = cause__path(g_array_index(uses, struct use, use).cause);
		}
		g_array_append_val(rows, row);
	}
	g_array_free(uses, TRUE);
	g_array_sort(rows, most_waited_first);
	analysis->lock_count = rows->len;
	analysis->lock_time_count = times->len;
	analysis->lock_times = (struct lock_time *)g_array_free(times, FALSE);
	analysis->locks = (struct lock_row *)g_array_free(rows, FALSE);
}
