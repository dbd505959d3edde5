// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What a probe point has counted and timed itself: calls, the time inside them and their lengths.
 * docs/causes.md has the formulas.
 */
#include <math.h>

#include "analyzer/function_rows.h"
#include "analyzer/latency.h"
#include "analyzer/names.h"

/* The calls of all threads of a point. */
struct sums {
	int64_t calls;
	int64_t timed;
	int64_t max_ns;
	double weight;
	double ns_weight;
	bool counted;
	bool lost; /* so many, or more: some were not seen */
};

/* The time inside them, exact where every call of a thread was timed. */
struct inside {
	double exact;
	double known; /* of the sampled threads: it was measured, so it was at least that */
	double drawn;
	double guessed; /* the part of `drawn` by the mean of other threads */
	double variance;
	double square; /* sum of the squares of what one timed call stands for */
};

static struct sums sum(const struct facts *facts, uint32_t point)
{
	const GArray *rows = facts->probes.calls;
	struct range range = probe_facts__of(rows, point);
	const struct point *found = &g_array_index(facts->probes.points, struct point, point);
	struct sums sums = {.counted = found->counts != COUNTS_NOTHING};

	for (guint i = range.from; i < range.to; i++) {
		const struct point_calls *row = &g_array_index(rows, struct point_calls, i);

		sum__add(&sums.calls, row->calls);
		sum__add(&sums.timed, row->timed);
		sums.max_ns = MAX(sums.max_ns, row->max_ns);
		sums.weight += row->weight;
		sums.ns_weight += row->ns_weight;
	}
	return sums;
}

/* Calls that one weighted call stands for, so that the weights sum to the exact count. */
static double scale_of(const struct sums *sums, const struct point_calls *row)
{
	return sums->counted && row->weight > 0 ? (double)row->calls / row->weight : 1;
}

static void add_sampled(struct inside *inside, const struct sums *sums,
			const struct point_calls *row)
{
	double scale = scale_of(sums, row);
	double mean = row->ns_weight / row->weight;
	double count = (double)row->timed;
	double about_mean = row->ns2_spread - 2 * mean * row->ns_spread + mean * mean * row->spread;
	double square = scale * scale * row->ns2_spread;

	inside->known += (double)row->ns;
	inside->drawn += scale * row->ns_weight;
	inside->square += square;
	/* One call more, as far off as it is long: few of them know little of their spread. */
	inside->variance += square / count;
	if (row->timed > 1)
		inside->variance += scale * scale * fmax(about_mean, 0) * count / (count - 1);
}

/* Worth as much as one timed call that stands for all of them. */
static void add_borrowed(struct inside *inside, const struct sums *sums,
			 const struct point_calls *row)
{
	double ns = (double)row->calls * sums->ns_weight / sums->weight;

	inside->drawn += ns;
	inside->guessed += ns;
	inside->square += ns * ns;
	inside->variance += ns * ns;
}

/* Every call was seen and timed. */
static bool is_all(const struct sums *sums)
{
	return sums->counted && !sums->lost && sums->timed == sums->calls;
}

static struct figure time_inside(const struct facts *facts, uint32_t point, const struct sums *sums)
{
	const GArray *rows = facts->probes.calls;
	struct range range = probe_facts__of(rows, point);
	struct inside inside = {0};
	struct figure figure = {.basis = BASIS_SAMPLED};

	for (guint i = range.from; i < range.to; i++) {
		const struct point_calls *row = &g_array_index(rows, struct point_calls, i);

		if (sums->counted && row->timed == row->calls)
			inside.exact += (double)row->ns;
		else if (row->timed)
			add_sampled(&inside, sums, row);
		else if (sums->counted)
			add_borrowed(&inside, sums, row);
	}
	if (is_all(sums))
		figure.basis = BASIS_EXACT;
	else if (sums->lost || inside.guessed > GUESSED_MAX * (inside.exact + inside.drawn))
		figure.basis = BASIS_ESTIMATED;
	figure.ns = figure.low = figure.high = inside.exact + inside.drawn;
	if (inside.drawn > 0) {
		struct bounds bounds = bounds__of(inside.drawn, inside.variance,
						  inside.square / inside.drawn, INFINITY);

		figure.low = fmin(inside.exact + fmax(bounds.low, inside.known), figure.ns);
		figure.high = fmax(inside.exact + bounds.high, figure.ns);
	}
	return figure;
}

static GHashTable *scales(const struct facts *facts, uint32_t point, const struct sums *sums)
{
	const GArray *rows = facts->probes.calls;
	struct range range = probe_facts__of(rows, point);
	GHashTable *table = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);

	for (guint i = range.from; i < range.to; i++) {
		const struct point_calls *row = &g_array_index(rows, struct point_calls, i);
		double scale = scale_of(sums, row);

		g_hash_table_insert(table, GUINT_TO_POINTER(row->thread),
				    g_memdup2(&scale, sizeof(scale)));
	}
	return table;
}

static void keep_buckets(struct function_row *row, const GArray *buckets)
{
	row->bucket_count = buckets->len;
	row->buckets = g_new(struct latency_bucket, buckets->len);
	for (guint i = 0; i < buckets->len; i++) {
		const struct bucket *bucket = &g_array_index(buckets, struct bucket, i);

		row->buckets[i] =
			(struct latency_bucket){bucket->from_ns, bucket->below_ns, bucket->weight};
	}
}

/* The histograms of all threads, each scaled to the exact count of its calls. */
static void find_lengths(struct function_row *row, const struct facts *facts, uint32_t point,
			 const struct sums *sums)
{
	const GArray *rows = facts->probes.buckets;
	struct range range = probe_facts__of(rows, point);
	GArray *buckets = g_array_new(FALSE, FALSE, sizeof(struct bucket));
	GHashTable *by_thread = scales(facts, point, sums);

	row->latency = (struct latency){
		.timed = sums->timed,
		.exact = is_all(sums),
		.max_ns = (double)sums->max_ns,
	};

	for (guint i = range.from; i < range.to; i++) {
		struct bucket bucket = g_array_index(rows, struct bucket, i);
		const double *scale;

		scale = g_hash_table_lookup(by_thread, GUINT_TO_POINTER(bucket.thread));
		bucket.weight *= scale ? *scale : 1;
		g_array_append_val(buckets, bucket);
	}
	latency__find_quantiles(&row->latency, buckets);
	keep_buckets(row, buckets);
	g_hash_table_destroy(by_thread);
	g_array_free(buckets, TRUE);
}

const char *function_row__attached(const struct facts *facts, uint32_t point)
{
	struct range range = probe_facts__of(facts->probes.places, point);

	for (guint i = range.from; i < range.to; i++) {
		const struct point_place *place =
			&g_array_index(facts->probes.places, struct point_place, i);

		if (!place->error && place->backend < BACKEND_TRACEPOINT)
			return place->place;
	}
	return NULL;
}

static void list_places(struct function_row *row, const struct facts *facts, uint32_t point)
{
	struct range range = probe_facts__of(facts->probes.places, point);

	row->place_count = range.to - range.from;
	row->places = g_new(struct place_row, row->place_count);
	for (size_t i = 0; i < row->place_count; i++) {
		const struct point_place *place =
			&g_array_index(facts->probes.places, struct point_place, range.from + i);

		row->places[i] = (struct place_row){
			place->place, store_backend__name(place->backend), place->error};
	}
}

void function_row__count(struct function_row *row, const struct function_sources *sources,
			 uint32_t point)
{
	const struct facts *facts = sources->facts;
	const struct point *found = &g_array_index(facts->probes.points, struct point, point);
	bool complete = sources->analysis->capture.complete;
	struct sums sums = sum(facts, point);

	row->backend = store_backend__name(found->backend);
	row->note = found->note;
	list_places(row, facts, point);
	sums.lost = sums.counted &&
		    (!complete || sources->losses.any[found->backend][found->counts]);
	/* Counts and losses are written last: in a capture that was cut off there are none. */
	if (sums.counted && (complete || sums.calls)) {
		row->calls = sums.calls;
		row->calls_exact = !sums.lost;
		row->counts = store_counts__name(found->counts);
	}
	if (sums.timed) {
		row->inside = time_inside(facts, point, &sums);
		find_lengths(row, facts, point, &sums);
	}
	function_row__share(row, facts, point);
}
