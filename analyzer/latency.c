// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/latency.h"

#include <math.h>

static gint by_length(gconstpointer a, gconstpointer b)
{
	const struct bucket *left = a, *right = b;

	if (left->from_ns != right->from_ns)
		return left->from_ns < right->from_ns ? -1 : 1;
	return (left->below_ns > right->below_ns) - (left->below_ns < right->below_ns);
}

/* One bucket where several threads have it. */
static void merge(GArray *buckets)
{
	guint kept = 0;

	g_array_sort(buckets, by_length);
	for (guint i = 1; i < buckets->len; i++) {
		struct bucket *last = &g_array_index(buckets, struct bucket, kept);
		const struct bucket *next = &g_array_index(buckets, struct bucket, i);

		if (!by_length(last, next))
			last->weight += next->weight;
		else
			g_array_index(buckets, struct bucket, ++kept) = *next;
	}
	g_array_set_size(buckets, MIN(kept + 1, buckets->len));
}

/* Lengths spread evenly over their logarithm, as buckets that grow with the length mean it. */
static double inside(const struct bucket *bucket, double part, double max_ns)
{
	double from = (double)bucket->from_ns;
	double to = fmax(fmin((double)bucket->below_ns, max_ns), from);

	return from > 0 ? from * pow(to / from, part) : to * part;
}

/* Buckets from *at on; *passed is the weight of those before. */
static double quantile(const GArray *buckets, double wanted, guint *at, double *passed,
		       double max_ns)
{
	const struct bucket *bucket = &g_array_index(buckets, struct bucket, *at);

	while (*passed + bucket->weight < wanted && *at + 1 < buckets->len) {
		*passed += bucket->weight;
		bucket = &g_array_index(buckets, struct bucket, ++*at);
	}
	if (bucket->weight <= 0)
		return (double)bucket->from_ns;
	return inside(bucket, fmin((wanted - *passed) / bucket->weight, 1), max_ns);
}

void latency__find_quantiles(struct latency *latency, GArray *buckets)
{
	const struct {
		double share;
		double *ns;
	} quantiles[] = {
		{0.5, &latency->p50_ns},
		{0.9, &latency->p90_ns},
		{0.99, &latency->p99_ns},
		{0.999, &latency->p999_ns},
	};
	double total = 0, passed = 0, least = 0;
	guint at = 0;

	merge(buckets);
	for (guint i = 0; i < buckets->len; i++)
		total += g_array_index(buckets, struct bucket, i).weight;
	for (size_t i = 0; i < G_N_ELEMENTS(quantiles); i++) {
		double ns = NAN;

		if (total > 0)
			ns = quantile(buckets, quantiles[i].share * total, &at, &passed,
				      latency->max_ns);
		/* A damaged capture's buckets may overlap, or lie above the longest call. */
		least = fmax(fmin(ns, latency->max_ns), least);
		*quantiles[i].ns = total > 0 ? least : NAN;
	}
}
