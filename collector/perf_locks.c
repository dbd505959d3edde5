// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_locks.h"

#include "store/model.h"

#include <glib.h>
#include <string.h>

/* include/trace/events/lock.h: flags of contention_begin. */
#define LCB_F_SPIN (1U << 0)
#define LCB_F_READ (1U << 1)
#define LCB_F_WRITE (1U << 2)
#define LCB_F_RT (1U << 3)
#define LCB_F_PERCPU (1U << 4)
#define LCB_F_MUTEX (1U << 5)

/* Two samples of one event are no further apart. */
#define SAME_EVENT_NS 100000ULL

struct perf_locks {
	GHashTable *sums; /* struct wf_lock_key -> struct wf_lock_sum */
	uint64_t too_deep;
};

static guint hash_key(gconstpointer data)
{
	const struct wf_lock_key *key = data;

	return (guint)(key->address >> 3) ^ key->tid * 2654435761U ^ key->slice * 40503U ^
	       key->kind;
}

static gboolean same_key(gconstpointer a, gconstpointer b)
{
	return !memcmp(a, b, sizeof(struct wf_lock_key));
}

struct perf_locks *perf_locks__new(void)
{
	struct perf_locks *locks = g_new0(struct perf_locks, 1);

	locks->sums = g_hash_table_new_full(hash_key, same_key, g_free, g_free);
	return locks;
}

void perf_locks__free(struct perf_locks *locks)
{
	if (!locks)
		return;
	g_hash_table_destroy(locks->sums);
	g_free(locks);
}

static enum store_lock kind_of(uint64_t flags)
{
	static const struct {
		uint64_t mask;
		uint64_t value;
		enum store_lock kind;
	} kinds[] = {
		{LCB_F_MUTEX, LCB_F_MUTEX, LOCK_MUTEX},
		{LCB_F_RT, LCB_F_RT, LOCK_RT_MUTEX},
		{LCB_F_PERCPU, LCB_F_PERCPU, LOCK_PERCPU_RWSEM},
		{LCB_F_SPIN | LCB_F_READ, LCB_F_SPIN | LCB_F_READ, LOCK_RWLOCK_READ},
		{LCB_F_SPIN | LCB_F_WRITE, LCB_F_SPIN | LCB_F_WRITE, LOCK_RWLOCK_WRITE},
		{LCB_F_SPIN, LCB_F_SPIN, LOCK_SPIN},
		{LCB_F_READ, LCB_F_READ, LOCK_RWSEM_READ},
		{LCB_F_WRITE, LCB_F_WRITE, LOCK_RWSEM_WRITE},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if ((flags & kinds[i].mask) == kinds[i].value)
			return kinds[i].kind;
	return LOCK_OTHER;
}

static struct wf_lock_wait *top_of(struct perf_thread *thread)
{
	return thread->slot.lock_depth ? &thread->slot.locks[thread->slot.lock_depth - 1] : NULL;
}

void perf_locks__drop_spins(struct perf_thread *thread)
{
	const struct wf_lock_wait *top;

	while ((top = top_of(thread)) && top->kind >= LOCK_SPIN && top->kind <= LOCK_RWLOCK_WRITE)
		thread->slot.lock_depth--;
}

void perf_locks__begin(struct perf_locks *locks, struct perf_thread *thread, uint64_t time_ns,
		       uint64_t address, uint64_t flags)
{
	struct wf_lock_wait *top = top_of(thread);

	/* A mutex spins first, then sleeps: that is one wait. */
	if (top && top->address == address) {
		top->kind = kind_of(flags);
		return;
	}
	if (thread->slot.lock_depth >= WF_LOCK_DEPTH) {
		locks->too_deep++;
		return;
	}
	thread->slot.locks[thread->slot.lock_depth++] = (struct wf_lock_wait){
		.address = address,
		.since_ns = time_ns,
		.kind = kind_of(flags),
	};
}

static void book(struct perf_locks *locks, const struct wf_lock_key *key, uint64_t ns)
{
	struct wf_lock_sum *sum = g_hash_table_lookup(locks->sums, key);

	if (!sum) {
		sum = g_new0(struct wf_lock_sum, 1);
		g_hash_table_insert(locks->sums, g_memdup2(key, sizeof(*key)), sum);
	}
	sum->count++;
	sum->ns += ns;
	sum->max_ns = MAX(sum->max_ns, ns);
}

void perf_locks__end(struct perf_locks *locks, struct perf_thread *thread, uint64_t time_ns,
		     uint64_t address, const struct perf_window *window)
{
	const struct wf_lock_wait *top = top_of(thread);
	struct perf_lock_end *last = &thread->last_lock;

	if (!top || top->address != address)
		return; /* began before the events were opened, or too deep to be kept */
	thread->slot.lock_depth--;
	if (!window)
		return;
	*last = (struct perf_lock_end){
		.key = {.address = address,
			.tid = thread->slot.tid,
			.tgid = thread->slot.tgid,
			.slice = (uint32_t)((time_ns - window->start_ns) / window->slice_ns),
			.kind = top->kind},
		.since_ns = MAX(top->since_ns, window->start_ns),
		.end_ns = time_ns,
	};
	book(locks, &last->key, time_ns - MIN(last->since_ns, time_ns));
}

bool perf_locks__ending(const struct perf_thread *thread, uint64_t time_ns, uint64_t address,
			struct perf_lock_end *out)
{
	const struct wf_lock_wait *top = top_of((struct perf_thread *)thread);

	if (top && top->address == address) {
		*out = (struct perf_lock_end){
			.key = {.address = address, .kind = top->kind},
			.since_ns = top->since_ns,
			.end_ns = time_ns,
		};
		return time_ns >= top->since_ns;
	}
	*out = thread->last_lock;
	return out->key.address == address && time_ns >= out->end_ns &&
	       time_ns - out->end_ns < SAME_EVENT_NS;
}

struct taking {
	uint32_t before;
	void (*visit)(void *ctx, const struct wf_lock_key *key, const struct wf_lock_sum *sum);
	void *ctx;
};

static gboolean take_sum(gpointer key, gpointer sum, gpointer data)
{
	const struct taking *taking = data;

	if (((const struct wf_lock_key *)key)->slice >= taking->before)
		return FALSE;
	taking->visit(taking->ctx, key, sum);
	return TRUE;
}

void perf_locks__take(struct perf_locks *locks, uint32_t before,
		      void (*visit)(void *ctx, const struct wf_lock_key *key,
				    const struct wf_lock_sum *sum),
		      void *ctx)
{
	struct taking taking = {.before = before, .visit = visit, .ctx = ctx};

	g_hash_table_foreach_remove(locks->sums, take_sum, &taking);
}

uint64_t perf_locks__too_deep(const struct perf_locks *locks)
{
	return locks->too_deep;
}
