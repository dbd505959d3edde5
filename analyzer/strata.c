// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/strata.h"

#include <math.h>

/* More borrowed stacks than this only make pictures slower to draw. */
#define SAMPLE_MAX 64
#define CLASSES 64

double draw__weight(const struct draw *draw, enum part part)
{
	return part == PART_RUNQUEUE ? draw->runqueue_weight : draw->weight;
}

static double draw__plain(const struct draw *draw, enum part part)
{
	return (double)(part == PART_RUNQUEUE ? draw->runqueue_ns : draw->ns);
}

static double draw__count(const struct draw *draw)
{
	/* The later slices of a span carry no count; there it is still one span. */
	return draw->count > 0 ? (double)draw->count : 1;
}

double draw__square(const struct draw *draw, enum store_state state, enum part part)
{
	double weight = draw__weight(draw, part);
	double p;

	if (weight <= 0)
		return 0;
	/* A tick of the clock stands for its whole period. */
	p = state == STATE_RUNNING ? 0 : fmin(draw__plain(draw, part) / weight, 1);
	return (1 - p) * weight * weight / draw__count(draw);
}

static const struct draw *at(const GArray *draws, guint index)
{
	return &g_array_index(draws, struct draw, index);
}

struct tally tally__of(const GArray *draws, struct range range, enum part part)
{
	struct tally tally = {0};

	for (guint i = range.from; i < range.to; i++) {
		const struct draw *draw = at(draws, i);

		if (draw__weight(draw, part) <= 0)
			continue;
		tally.count += draw__count(draw);
		tally.weight += draw__weight(draw, part);
		tally.plain += draw__plain(draw, part);
	}
	return tally;
}

bool tally__is_complete(const struct tally *tally, double total, enum store_state state)
{
	return state != STATE_RUNNING && fabs(tally->plain - total) <= ROUNDING * total &&
	       fabs(tally->weight - total) <= ROUNDING * total;
}

/* The first stratum that is not before the key. */
static guint first_from(const struct registry *strata, const struct key *key)
{
	guint low = 0, high = strata->rows->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (key__compare(&stratum__at(strata, middle)->key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct range strata__find(const struct registry *strata, const struct key *key)
{
	guint at = first_from(strata, key);
	bool found = at < strata->rows->len && !key__compare(&stratum__at(strata, at)->key, key);

	return (struct range){at, found ? at + 1 : at};
}

/* All threads of the key's process, state, system call and class. */
static struct range of_process(const struct registry *strata, struct key key)
{
	struct key first = key, last = key;

	first.thread = 0;
	/* No index is as large. */
	last.thread = UINT32_MAX;
	return (struct range){first_from(strata, &first), first_from(strata, &last)};
}

static struct range of_thread(const struct registry *strata, struct key key)
{
	return strata__find(strata, &key);
}

struct range strata__slice(const GArray *draws, guint *next, uint32_t slice)
{
	struct range range;

	while (*next < draws->len && at(draws, *next)->slice < slice)
		(*next)++;
	range.from = *next;
	while (*next < draws->len && at(draws, *next)->slice == slice)
		(*next)++;
	range.to = *next;
	return range;
}

static double weight_of(const struct registry *strata, struct range range, enum part part)
{
	double weight = 0;

	for (guint i = range.from; i < range.to; i++)
		weight += stratum__at(strata, i)->weight[part];
	return weight;
}

typedef struct range find_fn(const struct registry *strata, struct key key);

static struct range nearest(const struct registry *draws, const struct key *key, enum part part,
			    find_fn *find)
{
	for (int distance = 0; distance < CLASSES; distance++) {
		for (int sign = -1; sign <= 1; sign += 2) {
			int class = key->class + sign * distance;
			struct key like = *key;
			struct range range;

			if (class < 0 || class >= CLASSES)
				continue;
			like.class = (uint16_t) class;
			range = find(draws, like);
			if (range.from < range.to && weight_of(draws, range, part) > 0)
				return range;
		}
	}
	return (struct range){0, 0};
}

struct range strata__donors(struct donors *donors, const struct registry *draws,
			    const struct key *key, enum part part)
{
	struct range range = nearest(draws, key, part, of_thread);
	struct key call = *key;

	if (range.from < range.to)
		return range;
	call.thread = 0;
	if (!donors->is_known || key__compare(&donors->call, &call)) {
		donors->is_known = true;
		donors->call = call;
		donors->of_process = nearest(draws, key, part, of_process);
	}
	return donors->of_process;
}

static guint draws_of(const struct registry *strata, struct range range)
{
	guint count = 0;

	for (guint i = range.from; i < range.to; i++)
		count += stratum__at(strata, i)->rows.rows;
	return count;
}

/* Where in the weight of all the next draw begins, and how many shares have been given. */
struct sample {
	double weight;
	double passed;
	int taken;
	bool many;
};

static void take_shares(struct sample *sample, GArray *shares, const GArray *draws, enum part part)
{
	for (guint i = 0; i < draws->len; i++) {
		struct spill share = {at(draws, i)->kind, 0, 1};
		double own = draw__weight(at(draws, i), part);

		if (own <= 0)
			continue;
		sample->passed += own;
		if (!sample->many)
			share.ns = own / sample->weight;
		/* Every SAMPLE_MAX-th part of the weight, from the middle of the first. */
		for (; sample->many && sample->taken < SAMPLE_MAX &&
		       (sample->taken + 0.5) / SAMPLE_MAX * sample->weight < sample->passed;
		     sample->taken++)
			share.ns += 1.0 / SAMPLE_MAX;
		if (share.ns > 0)
			g_array_append_val(shares, share);
	}
}

const GArray *strata__sample(struct donors *donors, const struct registry *draws,
			     struct range strata, enum part part)
{
	struct sample sample = {
		.weight = weight_of(draws, strata, part),
		.many = draws_of(draws, strata) > SAMPLE_MAX,
	};
	GArray *rows;

	if (donors->shares && donors->sampled.from == strata.from &&
	    donors->sampled.to == strata.to)
		return donors->shares;
	if (!donors->shares)
		donors->shares = g_array_new(FALSE, FALSE, sizeof(struct spill));
	g_array_set_size(donors->shares, 0);
	donors->sampled = strata;
	rows = g_array_new(FALSE, FALSE, sizeof(struct draw));
	for (guint i = strata.from; i < strata.to; i++) {
		stratum__draws(stratum__at(draws, i), rows);
		take_shares(&sample, donors->shares, rows, part);
	}
	g_array_free(rows, TRUE);
	return donors->shares;
}
