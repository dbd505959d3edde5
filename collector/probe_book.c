// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/probe_book.h"

#include <glib.h>

struct bucket {
	unsigned number;
	int64_t count;
	double weight;
};

/* A point in one thread. */
struct sums {
	struct store_probe_call row; /* without its keys */
	GArray *buckets; /* struct bucket, by number */
};

struct key {
	struct thread *thread;
	enum wf_probe probe;
};

struct probe_book {
	struct store_writer *writer;
	struct roster *roster;
	store_id ids[WF_PROBES];
	GHashTable *sums; /* struct key -> struct sums */
	GArray *stacks; /* struct call_stack */
	int64_t uncounted;
};

#define STEPS_LOG2 3 /* eight buckets to a power of two */
#define STEPS (1U << STEPS_LOG2)

unsigned call_length__bucket(int64_t ns)
{
	uint64_t length = (uint64_t)MAX(ns, 0);
	unsigned power;

	if (length < STEPS)
		return (unsigned)length;
	power = 63 - (unsigned)__builtin_clzll(length) - STEPS_LOG2;
	return power * STEPS + (unsigned)(length >> power);
}

int64_t call_length__from(unsigned bucket)
{
	unsigned power = bucket / STEPS;

	if (!power)
		return bucket;
	return (int64_t)(STEPS + bucket % STEPS) << (power - 1);
}

static guint key_hash(gconstpointer data)
{
	const struct key *key = data;

	return g_direct_hash(key->thread) * WF_PROBES + key->probe;
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
	const struct key *x = a, *y = b;

	return x->thread == y->thread && x->probe == y->probe;
}

static void free_sums(gpointer data)
{
	struct sums *sums = data;

	g_array_free(sums->buckets, TRUE);
	g_free(sums);
}

struct probe_book *probe_book__new(struct store_writer *writer, struct roster *roster)
{
	struct probe_book *book = g_new0(struct probe_book, 1);

	book->writer = writer;
	book->roster = roster;
	book->sums = g_hash_table_new_full(key_hash, key_equal, g_free, free_sums);
	book->stacks = g_array_new(FALSE, FALSE, sizeof(struct call_stack));
	return book;
}

void probe_book__free(struct probe_book *book)
{
	if (!book)
		return;
	g_hash_table_destroy(book->sums);
	g_array_free(book->stacks, TRUE);
	g_free(book);
}

void probe_book__set_ids(struct probe_book *book, const store_id ids[WF_PROBES])
{
	for (size_t i = 0; i < WF_PROBES; i++)
		book->ids[i] = ids[i];
}

static struct sums *sums_of(const struct probe_book *book, struct thread *thread,
			    enum wf_probe probe)
{
	struct key key = {.thread = thread, .probe = probe};
	struct sums *sums = g_hash_table_lookup(book->sums, &key);

	if (!sums) {
		sums = g_new0(struct sums, 1);
		sums->buckets = g_array_new(FALSE, FALSE, sizeof(struct bucket));
		g_hash_table_insert(book->sums, g_memdup2(&key, sizeof(key)), sums);
	}
	return sums;
}

void probe_book__add_calls(struct probe_book *book, struct thread *thread,
			   const uint64_t calls[WF_PROBES])
{
	for (int probe = 0; probe < WF_PROBES; probe++)
		if (calls[probe])
			sums_of(book, thread, (enum wf_probe)probe)->row.calls +=
				(int64_t)calls[probe];
}

static struct bucket *bucket_of(const struct sums *sums, int64_t ns)
{
	struct bucket made = {.number = call_length__bucket(ns)};
	guint at = 0;

	while (at < sums->buckets->len &&
	       g_array_index(sums->buckets, struct bucket, at).number < made.number)
		at++;
	if (at == sums->buckets->len ||
	    g_array_index(sums->buckets, struct bucket, at).number != made.number)
		g_array_insert_val(sums->buckets, at, made);
	return &g_array_index(sums->buckets, struct bucket, at);
}

void probe_book__add_timed(struct probe_book *book, const struct timed_call *call)
{
	const struct sums *sums = sums_of(book, call->thread, call->probe);
	struct store_probe_call *row = &sums_of(book, call->thread, call->probe)->row;
	struct bucket *bucket = bucket_of(sums, call->ns);
	double weight = 1 / call->p, ns = (double)call->ns;
	double spread = (1 - call->p) * weight * weight;

	row->timed++;
	row->ns += call->ns;
	row->max_ns = MAX(row->max_ns, call->ns);
	row->weight += weight;
	row->ns_weight += weight * ns;
	row->spread += spread;
	row->ns_spread += spread * ns;
	row->ns2_spread += spread * ns * ns;
	bucket->count++;
	bucket->weight += weight;
}

void probe_book__add_stack(struct probe_book *book, const struct call_stack *stack)
{
	g_array_append_vals(book->stacks, stack, 1);
}

static int write_stack(const struct probe_book *book, const struct call_stack *stack)
{
	store_id thread = roster__id(book->roster, stack->thread);
	struct store_probe_evidence row = {
		.probe = book->ids[stack->probe],
		.thread = thread,
		.slice = (store_id)stack->slice + 1,
		.stack = stack->stack,
		.count = 1,
		.ns = stack->ns,
		.weight = (double)stack->ns / stack->p,
	};

	return thread < 0 ? (int)thread : store_writer__probe_evidence(book->writer, &row);
}

int probe_book__flush(struct probe_book *book, uint32_t before)
{
	guint kept = 0;

	for (guint i = 0; i < book->stacks->len; i++) {
		const struct call_stack *stack = &g_array_index(book->stacks, struct call_stack, i);
		int status = 0;

		if (stack->slice < before)
			status = write_stack(book, stack);
		else
			g_array_index(book->stacks, struct call_stack, kept++) = *stack;
		if (status)
			return status;
	}
	g_array_set_size(book->stacks, kept);
	return 0;
}

/* A file in which more calls were timed than counted is no capture. The count is what is wrong: of
 * a timed call there is a record. */
static void count_timed(struct probe_book *book, struct store_probe_call *row)
{
	if (row->timed <= row->calls)
		return;
	book->uncounted += row->timed - row->calls;
	row->calls = row->timed;
}

static int write_sums(struct probe_book *book, const struct key *key, const struct sums *sums)
{
	store_id thread = roster__id(book->roster, key->thread);
	struct store_probe_call row = sums->row;
	int status;

	if (thread < 0)
		return (int)thread;
	row.probe = book->ids[key->probe];
	row.thread = thread;
	count_timed(book, &row);
	status = store_writer__probe_call(book->writer, &row);
	for (guint i = 0; !status && i < sums->buckets->len; i++) {
		const struct bucket *bucket = &g_array_index(sums->buckets, struct bucket, i);
		struct store_histogram line = {
			.probe = row.probe,
			.thread = thread,
			.from_ns = call_length__from(bucket->number),
			.below_ns = call_length__from(bucket->number + 1),
			.count = bucket->count,
			.weight = bucket->weight,
		};

		status = store_writer__histogram(book->writer, &line);
	}
	return status;
}

int probe_book__finish(struct probe_book *book)
{
	GHashTableIter each;
	gpointer key, sums;
	int status = 0;

	g_hash_table_iter_init(&each, book->sums);
	while (!status && g_hash_table_iter_next(&each, &key, &sums))
		status = write_sums(book, key, sums);
	return status;
}

int64_t probe_book__uncounted(const struct probe_book *book)
{
	return book->uncounted;
}
