// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/probe_facts.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>

/* Weights are sums of doubles: equal up to rounding. */
#define ROUNDING 1e-6

struct loader {
	struct probe_facts *facts;
	const struct probe_context *context;
	char **error;
};

static const char *keep(struct loader *loader, const char *text)
{
	return text ? g_string_chunk_insert_const(loader->context->strings, text) : NULL;
}

static int damaged(struct loader *loader, const char *what)
{
	*loader->error = g_strdup_printf("damaged capture: %s", what);
	return -EUCLEAN;
}

/* The sum of something divided by probabilities is not less than its plain sum. */
static bool is_weight(double weight, int64_t plain)
{
	return isfinite(weight) && weight <= (double)INT64_MAX &&
	       weight >= (double)plain * (1 - ROUNDING);
}

static int on_point(void *ctx, store_id id, const struct store_probe *row)
{
	struct loader *loader = ctx;
	struct point point = {
		.name = keep(loader, row->name),
		.backend = row->backend,
		.counts = row->counts,
		.note = keep(loader, row->note),
	};

	if (probe_facts__find(loader->facts, point.name) != NO_POINT)
		return damaged(loader, "two probe points have one name");
	g_array_append_val(loader->facts->points, point);
	g_hash_table_insert(loader->facts->names, (gpointer)point.name,
			    GUINT_TO_POINTER(loader->facts->points->len));
	return ids__add(&loader->facts->ids, id, "probe", loader->error);
}

static int on_place(void *ctx, const struct store_probe_place *row)
{
	struct loader *loader = ctx;
	struct point_place place = {
		.point = ids__index(&loader->facts->ids, row->probe),
		.backend = row->backend,
		.place = keep(loader, row->place),
		.error = keep(loader, row->error),
	};

	if (place.point == NO_ID)
		return ids__damaged(loader->error, "probe_place", 0, "probe", row->probe);
	g_array_append_val(loader->facts->places, place);
	return 0;
}

static int on_calls(void *ctx, const struct store_probe_call *row)
{
	struct loader *loader = ctx;
	struct point_calls calls = {
		.point = ids__index(&loader->facts->ids, row->probe),
		.thread = ids__index(loader->context->threads, row->thread),
		.calls = row->calls,
		.timed = row->timed,
		.ns = row->ns,
		.max_ns = row->max_ns,
		.weight = row->weight,
		.ns_weight = row->ns_weight,
		.spread = row->spread,
		.ns_spread = row->ns_spread,
		.ns2_spread = row->ns2_spread,
	};

	if (calls.point == NO_ID)
		return ids__damaged(loader->error, "probe_call", 0, "probe", row->probe);
	if (calls.thread == NO_ID)
		return ids__damaged(loader->error, "probe_call", 0, "thread", row->thread);
	if (!is_weight(row->weight, row->timed) || !is_weight(row->ns_weight, row->ns) ||
	    (!row->timed && (row->weight > 0 || row->ns_weight > 0)))
		return damaged(loader, "a weight of a probe point's calls is out of range");
	g_array_append_val(loader->facts->calls, calls);
	return 0;
}

static int on_bucket(void *ctx, const struct store_histogram *row)
{
	struct loader *loader = ctx;
	struct bucket bucket = {
		.point = ids__index(&loader->facts->ids, row->probe),
		.thread = ids__index(loader->context->threads, row->thread),
		.from_ns = row->from_ns,
		.below_ns = row->below_ns,
		.weight = row->weight,
	};

	if (bucket.point == NO_ID)
		return ids__damaged(loader->error, "histogram", 0, "probe", row->probe);
	if (bucket.thread == NO_ID)
		return ids__damaged(loader->error, "histogram", 0, "thread", row->thread);
	if (!is_weight(row->weight, row->count))
		return damaged(loader, "a weight of a histogram is out of range");
	g_array_append_val(loader->facts->buckets, bucket);
	return 0;
}

static int on_draw(void *ctx, const struct store_probe_evidence *row)
{
	struct loader *loader = ctx;
	struct point_draw draw = {
		.point = ids__index(&loader->facts->ids, row->probe),
		.thread = ids__index(loader->context->threads, row->thread),
		.stack = stacks__index(loader->context->stacks, row->stack),
		.count = row->count,
		.ns = row->ns,
		.weight = row->weight,
	};

	if (draw.point == NO_ID)
		return ids__damaged(loader->error, "probe_evidence", 0, "probe", row->probe);
	if (draw.thread == NO_ID)
		return ids__damaged(loader->error, "probe_evidence", 0, "thread", row->thread);
	if (ids__index(loader->context->slices, row->slice) == NO_ID)
		return ids__damaged(loader->error, "probe_evidence", 0, "slice", row->slice);
	if (draw.stack == NO_STACK)
		return ids__damaged(loader->error, "probe_evidence", 0, "stack", row->stack);
	if (!is_weight(row->weight, row->ns))
		return damaged(loader, "a weight of a probe point's stacks is out of range");
	g_array_append_val(loader->facts->draws, draw);
	return 0;
}

static int read_tables(struct loader *loader, struct store_reader *reader)
{
	int status;

	if ((status = store_reader__each_probe(reader, on_point, loader)) ||
	    (status = store_reader__each_probe_place(reader, on_place, loader)) ||
	    (status = store_reader__each_probe_call(reader, on_calls, loader)) ||
	    (status = store_reader__each_histogram(reader, on_bucket, loader)))
		return status;
	return store_reader__each_probe_evidence(reader, on_draw, loader);
}

_Static_assert(!offsetof(struct point_place, point) && !offsetof(struct point_calls, point) &&
		       !offsetof(struct bucket, point) && !offsetof(struct point_draw, point),
	       "see point_of");

static uint32_t point_of(gconstpointer row)
{
	return *(const uint32_t *)row;
}

static gint by_point(gconstpointer a, gconstpointer b)
{
	return (point_of(a) > point_of(b)) - (point_of(a) < point_of(b));
}

int probe_facts__read(struct probe_facts *facts, const struct probe_context *context,
		      struct store_reader *reader, char **error)
{
	struct loader loader = {facts, context, error};
	int status;

	ids__init(&facts->ids);
	facts->names = g_hash_table_new(g_str_hash, g_str_equal);
	facts->points = g_array_new(FALSE, FALSE, sizeof(struct point));
	facts->places = g_array_new(FALSE, FALSE, sizeof(struct point_place));
	facts->calls = g_array_new(FALSE, FALSE, sizeof(struct point_calls));
	facts->buckets = g_array_new(FALSE, FALSE, sizeof(struct bucket));
	facts->draws = g_array_new(FALSE, FALSE, sizeof(struct point_draw));
	status = read_tables(&loader, reader);
	/* Stable, so that the places of a point stay in the order in which they were tried. */
	g_array_sort(facts->places, by_point);
	g_array_sort(facts->calls, by_point);
	g_array_sort(facts->buckets, by_point);
	g_array_sort(facts->draws, by_point);
	return status;
}

void probe_facts__free(struct probe_facts *facts)
{
	GArray *arrays[] = {facts->points, facts->places, facts->calls, facts->buckets,
			    facts->draws};

	ids__free(&facts->ids);
	g_clear_pointer(&facts->names, g_hash_table_destroy);
	for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) {
		if (arrays[i])
			g_array_free(arrays[i], TRUE);
	}
}

uint32_t probe_facts__find(const struct probe_facts *facts, const char *name)
{
	guint index = GPOINTER_TO_UINT(g_hash_table_lookup(facts->names, name));

	return index ? index - 1 : NO_POINT;
}

static guint first_from(const GArray *rows, uint32_t point)
{
	guint size = g_array_get_element_size((GArray *)rows), low = 0, high = rows->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (point_of(rows->data + (gsize)middle * size) < point)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct range probe_facts__of(const GArray *rows, uint32_t point)
{
	if (point == NO_POINT)
		return (struct range){0, 0};
	return (struct range){first_from(rows, point), first_from(rows, point + 1)};
}
