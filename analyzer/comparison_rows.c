// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The rows of totals, causes, probe points and locks, with their time by slice. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "analyzer/call_losses.h"
#include "analyzer/comparison_private.h"

#define Z 1.959964 /* half of a 95 % interval, in deviations of a normal distribution */

void candidate__take_figure(struct candidate *candidate, enum side side,
			    const struct figure *figure)
{
	double deviation = (figure->high - figure->low) / 2 / Z;

	candidate->row.side[side].ns = figure->ns;
	candidate->row.side[side].basis = figure->basis;
	candidate->sampling[side] = deviation * deviation;
	/* However the pieces of it were shared out. */
	if (figure->basis == BASIS_EXACT)
		candidate->square[side] = 0;
}

static void add_piece(struct candidate *candidate, enum side side, const struct piece *piece)
{
	candidate->slices[side][piece->slice] += piece->ns;
	candidate->square[side] += piece->ns * (double)piece->grain;
}

static bool *idle_causes(const struct analysis *analysis)
{
	bool *idle = g_new0(bool, analysis->cause_name_count);

	for (size_t i = 0; i < analysis->cause_name_count; i++) {
		for (size_t row = 0; row < analysis->cause_count; row++) {
			if (!strcmp(analysis->causes[row].path, analysis->cause_names[i]))
				idle[i] = analysis->causes[row].idle;
		}
	}
	return idle;
}

static void total_busy(struct candidate *busy, const struct analysis *analysis, enum side side)
{
	bool *idle = idle_causes(analysis);
	struct figure sum = {0};

	for (size_t i = 0; i < analysis->piece_count; i++) {
		if (!idle[analysis->pieces[i].cause])
			add_piece(busy, side, &analysis->pieces[i]);
	}
	/* What is idle is as unsure as what is not: their sum is exact. */
	for (size_t i = 0; i < analysis->cause_count; i++) {
		const struct cause_row *row = &analysis->causes[i];

		if (!row->idle) {
			sum.ns += row->time.ns;
			continue;
		}
		sum.low += row->time.low;
		sum.high += row->time.high;
		sum.basis = MAX(sum.basis, row->time.basis);
	}
	candidate__take_figure(busy, side, &sum);
	g_free(idle);
}

void comparison__list_totals(struct comparison *comparison)
{
	struct candidate *all = candidate__new(comparison, COMPARED_TOTALS);
	struct candidate *busy = candidate__new(comparison, COMPARED_TOTALS);

	all->row.name = "all threads";
	busy->row.name = "not idle";
	for (int side = 0; side < SIDES; side++) {
		const struct analysis *analysis = comparison->analyses[side];
		const struct figure accounted = {analysis->accounted_ns, analysis->accounted_ns,
						 analysis->accounted_ns, BASIS_EXACT};
		double value;

		for (size_t i = 0; i < analysis->piece_count; i++)
			add_piece(all, side, &analysis->pieces[i]);
		candidate__take_figure(all, side, &accounted);
		total_busy(busy, analysis, side);
		/* Threads that only idle must not make every trifle a large share. */
		value = fmax(busy->row.side[side].ns, analysis->accounted_ns / 100);
		comparison->priv->scale[side] = value / comparison->unit.amount[side];
	}
}

static struct candidate *cause_candidate(struct comparison *comparison, const char *path)
{
	GPtrArray *list = comparison->priv->candidates[COMPARED_CAUSES];
	struct candidate *candidate;

	for (guint i = 0; i < list->len; i++) {
		candidate = g_ptr_array_index(list, i);
		if (!strcmp(candidate->row.name, path))
			return candidate;
	}
	candidate = candidate__new(comparison, COMPARED_CAUSES);
	candidate->row.name = path;
	return candidate;
}

void comparison__list_causes(struct comparison *comparison)
{
	for (int side = 0; side < SIDES; side++) {
		const struct analysis *analysis = comparison->analyses[side];
		struct candidate **by_number =
			g_new(struct candidate *, analysis->cause_name_count + 1);

		for (size_t i = 0; i < analysis->cause_name_count; i++)
			by_number[i] = cause_candidate(comparison, analysis->cause_names[i]);
		for (size_t i = 0; i < analysis->piece_count; i++)
			add_piece(by_number[analysis->pieces[i].cause], side, &analysis->pieces[i]);
		for (size_t i = 0; i < analysis->cause_count; i++) {
			const struct cause_row *row = &analysis->causes[i];
			struct candidate *candidate = cause_candidate(comparison, row->path);

			candidate->row.idle = row->idle;
			candidate__take_figure(candidate, side, &row->time);
		}
		g_free(by_number);
	}
}

/* Points of which stacks tell nothing have no time by slice: they are left out. */
static const struct function_row *point_of(const struct analysis *analysis, const char *name)
{
	for (size_t i = 0; i < analysis->function_count; i++) {
		if (!strcmp(analysis->functions[i].name, name))
			return &analysis->functions[i];
	}
	return NULL;
}

static void take_function(struct candidate *candidate, const struct analysis *analysis,
			  enum side side, const struct function_row *row)
{
	for (size_t i = 0; i < analysis->piece_count; i++) {
		if (analysis->pieces[i].points >> row->point & 1)
			add_piece(candidate, side, &analysis->pieces[i]);
	}
	candidate__take_figure(candidate, side, &row->wall);
}

/* Sleeps are no calls: a count of another kind says nothing of this one. */
static void take_calls(struct candidate *candidate, const struct function_row *const rows[SIDES])
{
	if (g_strcmp0(rows[SIDE_BEFORE]->counts, rows[SIDE_AFTER]->counts) != 0)
		return;
	for (int side = 0; side < SIDES; side++) {
		candidate->row.side[side].count = rows[side]->calls;
		candidate->row.side[side].count_exact = rows[side]->calls_exact;
	}
}

void comparison__list_functions(struct comparison *comparison)
{
	const struct analysis *before = comparison->analyses[SIDE_BEFORE];
	const struct analysis *after = comparison->analyses[SIDE_AFTER];

	for (size_t i = 0; i < before->function_count; i++) {
		const struct function_row *row = &before->functions[i];
		const struct function_row *other = point_of(after, row->name);
		struct candidate *candidate;

		if (row->point < 0 || !other || other->point < 0)
			continue;
		candidate = candidate__new(comparison, COMPARED_FUNCTIONS);
		candidate->row.name = row->name;
		candidate->row.where = row->symbol ? row->symbol : other->symbol;
		take_function(candidate, before, SIDE_BEFORE, row);
		take_function(candidate, after, SIDE_AFTER, other);
		take_calls(candidate, (const struct function_row *const[]){row, other});
	}
}

static char *lock_key(const struct comparison *comparison, int side, const struct lock_row *row)
{
	const struct store_capture *before = &comparison->analyses[SIDE_BEFORE]->capture;
	const struct store_capture *after = &comparison->analyses[SIDE_AFTER]->capture;
	bool of_one_kernel = !g_strcmp0(before->host, after->host) &&
			     !g_strcmp0(before->kernel, after->kernel);

	return g_strdup_printf("%d %" PRIx64 " %s", of_one_kernel ? 0 : side, row->address,
			       row->kind);
}

/* A lock goes by who wanted it most, by the stacks that chance has drawn: one that both captures
 * have waited for must not be two. key -> the first name that is known. */
static GHashTable *name_locks(const struct comparison *comparison)
{
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (int side = 0; side < SIDES; side++) {
		const struct analysis *analysis = comparison->analyses[side];

		for (size_t i = 0; i < analysis->lock_count; i++) {
			const struct lock_row *row = &analysis->locks[i];
			char *key = lock_key(comparison, side, row);

			if (row->where && !g_hash_table_contains(names, key))
				g_hash_table_insert(names, key, (gpointer)row->where);
			else
				g_free(key);
		}
	}
	return names;
}

static struct candidate *lock_candidate(struct comparison *comparison, GHashTable *known,
					const struct lock_row *row, const char *where)
{
	char *key = g_strdup_printf("%s\n%s", row->kind, where ? where : "");
	struct candidate *candidate = g_hash_table_lookup(known, key);

	if (candidate) {
		g_free(key);
		return candidate;
	}
	candidate = candidate__new(comparison, COMPARED_LOCKS);
	candidate->row.name = row->kind;
	candidate->row.where = where;
	for (int side = 0; side < SIDES; side++) {
		const struct analysis *analysis = comparison->analyses[side];

		candidate->row.side[side].count = 0;
		candidate->row.side[side].count_exact = analysis->capture.complete &&
							!call_losses__of(analysis).locks;
	}
	g_hash_table_insert(known, key, candidate);
	return candidate;
}

void comparison__list_locks(struct comparison *comparison)
{
	GHashTable *known, *names;

	/* What one way to see them does not see would look like a change. */
	if (g_strcmp0(comparison->analyses[SIDE_BEFORE]->capture.lock_backend,
		      comparison->analyses[SIDE_AFTER]->capture.lock_backend) != 0)
		return;
	known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	names = name_locks(comparison);
	for (int side = 0; side < SIDES; side++) {
		const struct analysis *analysis = comparison->analyses[side];

		for (size_t i = 0; i < analysis->lock_count; i++) {
			const struct lock_row *row = &analysis->locks[i];
			char *key = lock_key(comparison, side, row);
			struct candidate *candidate = lock_candidate(
				comparison, known, row, g_hash_table_lookup(names, key));

			g_free(key);
			for (size_t j = 0; j < row->time_count; j++) {
				const struct lock_time *time =
					&analysis->lock_times[row->first_time + j];

				candidate->slices[side][time->slice] += (double)time->ns;
			}
			candidate->row.side[side].ns += (double)row->ns;
			candidate->row.side[side].count += row->count;
		}
	}
	g_hash_table_destroy(names);
	g_hash_table_destroy(known);
}
