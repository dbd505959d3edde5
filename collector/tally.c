// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/tally.h"

#include <glib.h>
#include <string.h>

/* Keys are hashed and compared as bytes, so they must have no padding: see the assertions. */
struct evidence_key {
	struct stratum stratum;
	store_id stack;
	int lock;
	int futex_op;
};

struct evidence_sum {
	struct amount amount;
	double weight;
	double runqueue_weight;
};

struct tally {
	struct store_writer *writer;
	struct roster *roster;
	GHashTable *ledger; /* struct stratum -> struct amount */
	GHashTable *evidence; /* struct evidence_key -> struct evidence_sum */
};

/* FNV-1a over 64-bit words (Fowler, Noll, Vo). */
static guint hash_words(const void *data, size_t bytes)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	for (size_t at = 0; at < bytes; at += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, (const char *)data + at, sizeof(word));
		hash = (hash ^ word) * 0x100000001b3ULL;
	}
	return (guint)(hash >> 32 ^ hash);
}

static guint ledger_hash(gconstpointer key)
{
	return hash_words(key, sizeof(struct stratum));
}

static gboolean ledger_equal(gconstpointer a, gconstpointer b)
{
	return !memcmp(a, b, sizeof(struct stratum));
}

static guint evidence_hash(gconstpointer key)
{
	return hash_words(key, sizeof(struct evidence_key));
}

static gboolean evidence_equal(gconstpointer a, gconstpointer b)
{
	return !memcmp(a, b, sizeof(struct evidence_key));
}

_Static_assert(sizeof(struct stratum) == sizeof(void *) + 4 * sizeof(int32_t), "no padding");
_Static_assert(sizeof(struct evidence_key) ==
		       sizeof(struct stratum) + sizeof(store_id) + 2 * sizeof(int),
	       "no padding");

struct tally *tally__new(struct store_writer *writer, struct roster *roster)
{
	struct tally *tally = g_new0(struct tally, 1);

	tally->writer = writer;
	tally->roster = roster;
	tally->ledger = g_hash_table_new_full(ledger_hash, ledger_equal, g_free, g_free);
	tally->evidence = g_hash_table_new_full(evidence_hash, evidence_equal, g_free, g_free);
	return tally;
}

void tally__free(struct tally *tally)
{
	if (!tally)
		return;
	g_hash_table_destroy(tally->ledger);
	g_hash_table_destroy(tally->evidence);
	g_free(tally);
}

/* The sum of a key, zero when it is new. */
static void *sum_of(GHashTable *table, const void *key, size_t key_size, size_t sum_size)
{
	void *sum = g_hash_table_lookup(table, key);

	if (!sum) {
		sum = g_malloc0(sum_size);
		g_hash_table_insert(table, g_memdup2(key, key_size), sum);
	}
	return sum;
}

static void add(struct amount *sum, const struct amount *amount)
{
	sum->count += amount->count;
	sum->ns += amount->ns;
	sum->runqueue_ns += amount->runqueue_ns;
}

void tally__add_ledger(struct tally *tally, const struct stratum *stratum,
		       const struct amount *amount)
{
	add(sum_of(tally->ledger, stratum, sizeof(*stratum), sizeof(struct amount)), amount);
}

void tally__add_evidence(struct tally *tally, const struct stratum *stratum,
			 const struct amount *amount, const struct sample *sample)
{
	struct evidence_key key = {
		.stratum = *stratum,
		.stack = sample->stack,
		.lock = sample->lock,
		.futex_op = sample->futex_op,
	};
	struct evidence_sum *sum = sum_of(tally->evidence, &key, sizeof(key), sizeof(*sum));

	add(&sum->amount, amount);
	sum->weight += (double)amount->ns * sample->scale;
	sum->runqueue_weight += (double)amount->runqueue_ns * sample->scale;
}

static int write_ledger(struct tally *tally, store_id thread, const struct stratum *key,
			const struct amount *amount)
{
	struct store_ledger row = {
		.thread = thread,
		.slice = (store_id)key->slice + 1,
		.state = (enum store_state)key->state,
		.syscall = key->syscall,
		.class = key->class,
		.count = amount->count,
		.ns = amount->ns,
		.runqueue_ns = amount->runqueue_ns,
	};

	return store_writer__ledger(tally->writer, &row);
}

static int write_evidence(struct tally *tally, store_id thread, const struct evidence_key *key,
			  const struct evidence_sum *sum)
{
	struct store_evidence row = {
		.thread = thread,
		.slice = (store_id)key->stratum.slice + 1,
		.state = (enum store_state)key->stratum.state,
		.syscall = key->stratum.syscall,
		.class = key->stratum.class,
		.stack = key->stack,
		.lock = (enum store_lock)key->lock,
		.futex_op = key->futex_op,
		.count = sum->amount.count,
		.ns = sum->amount.ns,
		.runqueue_ns = sum->amount.runqueue_ns,
		.weight = sum->weight,
		.runqueue_weight = sum->runqueue_weight,
	};

	return store_writer__evidence(tally->writer, &row);
}

int tally__flush(struct tally *tally, uint32_t before)
{
	GHashTableIter rows;
	gpointer key, sum;

	g_hash_table_iter_init(&rows, tally->ledger);
	while (g_hash_table_iter_next(&rows, &key, &sum)) {
		const struct stratum *ledger = key;
		store_id thread;
		int status;

		if (ledger->slice >= before)
			continue;
		thread = roster__id(tally->roster, ledger->thread);
		status = thread < 0 ? (int)thread : write_ledger(tally, thread, ledger, sum);
		if (status)
			return status;
		g_hash_table_iter_remove(&rows);
	}
	g_hash_table_iter_init(&rows, tally->evidence);
	while (g_hash_table_iter_next(&rows, &key, &sum)) {
		const struct evidence_key *evidence = key;
		store_id thread;
		int status;

		if (evidence->stratum.slice >= before)
			continue;
		thread = roster__id(tally->roster, evidence->stratum.thread);
		status = thread < 0 ? (int)thread : write_evidence(tally, thread, evidence, sum);
		if (status)
			return status;
		g_hash_table_iter_remove(&rows);
	}
	return 0;
}
