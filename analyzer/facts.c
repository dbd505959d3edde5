// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/facts.h"

#include <string.h>

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

int key__compare(const struct key *a, const struct key *b)
{
	int order = ORDER(a->process, b->process);

	if (!order)
		order = ORDER(a->state, b->state);
	if (!order)
		order = ORDER(a->syscall, b->syscall);
	if (!order)
		order = ORDER(a->class, b->class);
	if (!order)
		order = ORDER(a->thread, b->thread);
	return order;
}
_Static_assert(sizeof(struct key) == 16, "no padding");
_Static_assert(offsetof(struct kind, cause) == 16, "no padding");
_Static_assert(!offsetof(struct stratum, key), "see by_key");

static gint by_key(gconstpointer a, gconstpointer b)
{
	return key__compare(a, b);
}

void facts__init(struct facts *facts)
{
	ids__init(&facts->processes);
	ids__init(&facts->threads);
	ids__init(&facts->slices);
	registry__init(&facts->cells, sizeof(struct stratum), sizeof(struct key));
	registry__init(&facts->draws, sizeof(struct stratum), sizeof(struct key));
	registry__init(&facts->kinds, sizeof(struct kind), offsetof(struct kind, cause));
	facts->unobserved = g_array_new(FALSE, FALSE, sizeof(struct unseen_cell));
	facts->locks = g_array_new(FALSE, FALSE, sizeof(struct lock_fact));
	facts->lock_draws = g_array_new(FALSE, FALSE, sizeof(struct lock_draw));
	facts->span_calls = g_array_new(FALSE, FALSE, sizeof(int64_t));
}

static void free_strata(struct registry *strata)
{
	for (guint i = 0; i < strata->rows->len; i++)
		pack__free(&g_array_index(strata->rows, struct stratum, i).rows);
	registry__free(strata);
}

void facts__free(struct facts *facts)
{
	ids__free(&facts->processes);
	ids__free(&facts->threads);
	ids__free(&facts->slices);
	free_strata(&facts->cells);
	free_strata(&facts->draws);
	registry__free(&facts->kinds);
	g_array_free(facts->unobserved, TRUE);
	g_array_free(facts->locks, TRUE);
	g_array_free(facts->lock_draws, TRUE);
	g_array_free(facts->span_calls, TRUE);
	probe_facts__free(&facts->probes);
	call_facts__free(&facts->calls);
}

const struct stratum *stratum__at(const struct registry *strata, guint index)
{
	return &g_array_index(strata->rows, struct stratum, index);
}

const struct kind *kind__at(const struct facts *facts, uint32_t index)
{
	return &g_array_index(facts->kinds.rows, struct kind, index);
}

static struct stratum *find_stratum(struct registry *strata, const struct key *key)
{
	const struct stratum stratum = {.key = *key};
	uint32_t at = registry__place(strata, &stratum);

	return &g_array_index(strata->rows, struct stratum, at);
}

void facts__add_cell(struct facts *facts, const struct key *key, const struct cell *cell)
{
	struct stratum *stratum = find_stratum(&facts->cells, key);
	const uint64_t numbers[] = {cell->slice, (uint64_t)cell->count, (uint64_t)cell->ns,
				    (uint64_t)cell->runqueue_ns};

	if (__builtin_add_overflow(stratum->count, cell->count, &stratum->count))
		stratum->count = INT64_MAX;
	stratum->ns += (double)cell->ns;
	pack__add(&stratum->rows, numbers, G_N_ELEMENTS(numbers));
}

void stratum__cells(const struct stratum *stratum, GArray *cells)
{
	struct pack_reader reader = pack__read(&stratum->rows);

	g_array_set_size(cells, stratum->rows.rows);
	for (uint32_t i = 0; i < stratum->rows.rows; i++) {
		uint64_t numbers[4];

		pack_reader__next(&reader, numbers, G_N_ELEMENTS(numbers));
		g_array_index(cells, struct cell, i) =
			(struct cell){(uint32_t)numbers[0], (int64_t)numbers[1],
				      (int64_t)numbers[2], (int64_t)numbers[3]};
	}
}

/* Most draws were sure, so that their weight is their time: that is 0. No weight has all bits set.
 */
static uint64_t code_of(double weight, int64_t ns)
{
	uint64_t bits;

	memcpy(&bits, &weight, sizeof(bits));
	return weight == (double)ns ? 0 : bits + 1;
}

static double weight_of(uint64_t code, int64_t ns)
{
	const uint64_t bits = code - 1;
	double weight;

	memcpy(&weight, &bits, sizeof(weight));
	return code ? weight : (double)ns;
}

void facts__add_draw(struct facts *facts, const struct key *key, const struct kind *kind,
		     struct draw *draw)
{
	struct stratum *stratum = find_stratum(&facts->draws, key);
	const double weights[PART_COUNT] = {draw->weight, draw->runqueue_weight};
	struct kind *own;

	draw->kind = registry__place(&facts->kinds, kind);
	own = &g_array_index(facts->kinds.rows, struct kind, draw->kind);
	for (int part = 0; part < PART_COUNT; part++) {
		stratum->weight[part] += weights[part];
		own->weight[part] += weights[part];
	}
	const uint64_t numbers[] = {
		draw->slice,
		draw->kind,
		(uint64_t)draw->count,
		(uint64_t)draw->ns,
		(uint64_t)draw->runqueue_ns,
		code_of(draw->weight, draw->ns),
		code_of(draw->runqueue_weight, draw->runqueue_ns),
	};
	pack__add(&stratum->rows, numbers, G_N_ELEMENTS(numbers));
}

static gint by_slice(gconstpointer a, gconstpointer b)
{
	const struct draw *left = a, *right = b;

	return ORDER(left->slice, right->slice);
}

void stratum__draws(const struct stratum *stratum, GArray *draws)
{
	struct pack_reader reader = pack__read(&stratum->rows);
	bool sorted = true;
	uint32_t slice = 0;

	g_array_set_size(draws, stratum->rows.rows);
	for (uint32_t i = 0; i < stratum->rows.rows; i++) {
		struct draw *draw = &g_array_index(draws, struct draw, i);
		uint64_t numbers[7];

		pack_reader__next(&reader, numbers, G_N_ELEMENTS(numbers));
		*draw = (struct draw){
			.slice = (uint32_t)numbers[0],
			.kind = (uint32_t)numbers[1],
			.count = (int64_t)numbers[2],
			.ns = (int64_t)numbers[3],
			.runqueue_ns = (int64_t)numbers[4],
			.weight = weight_of(numbers[5], (int64_t)numbers[3]),
			.runqueue_weight = weight_of(numbers[6], (int64_t)numbers[4]),
		};
		sorted = sorted && slice <= draw->slice;
		slice = draw->slice;
	}
	/* A capture is written slice by slice, nearly. */
	if (!sorted)
		g_array_sort(draws, by_slice);
}

void facts__sort(struct facts *facts)
{
	registry__seal(&facts->cells);
	registry__seal(&facts->draws);
	registry__seal(&facts->kinds);
	g_array_sort(facts->cells.rows, by_key);
	g_array_sort(facts->draws.rows, by_key);
}
