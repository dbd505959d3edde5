// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What times are divided by, and the slices they are looked at in. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "analyzer/comparison_private.h"

#define SECOND 1e9

/* Calls of a kind that the kernel's books count: docs/capture-format.md, oracle. */
struct booked {
	const char *name;
	const char *unit;
	enum store_io_count count;
	size_t offset; /* in struct store_oracle, for captures that have no more */
};

static const struct booked booked[] = {
	{"read", "read call", IO_READ_CALLS, offsetof(struct store_oracle, read_calls)},
	{"write", "write call", IO_WRITE_CALLS, offsetof(struct store_oracle, write_calls)},
};

static const char exactly[] = "exact", given[] = "given", at_least[] = "at least";

static double seconds_of(const struct analysis *analysis)
{
	return (double)analysis->window_ns / SECOND;
}

static const struct function_row *find_point(const struct analysis *analysis, const char *name)
{
	for (size_t i = 0; i < analysis->function_count; i++) {
		if (!strcmp(analysis->functions[i].name, name) && analysis->functions[i].calls >= 0)
			return &analysis->functions[i];
	}
	return NULL;
}

/* Of threads whose books could be read, which mostly are those that had not ended: how many. */
static size_t sum_booked(const struct analysis *analysis, const struct booked *kind, double *amount)
{
	int64_t sum = 0;
	size_t known = 0;

	for (size_t i = 0; i < analysis->thread_count; i++) {
		const struct thread_row *thread = &analysis->threads[i];
		const char *row = (const char *)&thread->oracle;
		int64_t calls;

		memcpy(&calls, row + kind->offset, sizeof(calls));
		if (thread->io.known)
			calls = thread->io.counts[kind->count];
		if (calls < 0)
			continue;
		known++;
		if (__builtin_add_overflow(sum, calls, &sum))
			sum = INT64_MAX;
	}
	*amount = (double)sum;
	return known;
}

/* Whether both sides have a count. */
static bool take_booked(struct comparison_unit *unit, const struct comparison *comparison,
			const struct booked *kind)
{
	unit->name = kind->unit;
	for (int side = 0; side < SIDES; side++) {
		const struct analysis *analysis = comparison->analyses[side];
		size_t known = sum_booked(analysis, kind, &unit->amount[side]);

		if (!known)
			return false;
		unit->quality[side] = known == analysis->thread_count ? exactly : at_least;
	}
	return true;
}

static char *counted_work(const struct comparison *comparison)
{
	const struct analysis *before = comparison->analyses[SIDE_BEFORE];
	GString *names = g_string_new(NULL);
	struct comparison_unit unit;

	for (size_t i = 0; i < before->function_count; i++) {
		const char *name = before->functions[i].name;

		if (find_point(before, name) && find_point(comparison->analyses[SIDE_AFTER], name))
			g_string_append_printf(names, "%s, ", name);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(booked); i++) {
		if (take_booked(&unit, comparison, &booked[i]))
			g_string_append_printf(names, "%s, ", booked[i].name);
	}
	if (names->len)
		g_string_truncate(names, names->len - strlen(", "));
	else
		g_string_append(names, "none");
	return g_string_free(names, FALSE);
}

static int not_counted(const struct comparison *comparison, const char *work, char **error)
{
	char *names = counted_work(comparison);

	*error = g_strdup_printf("calls of %s are not counted in both captures; these are: %s",
				 work, names);
	g_free(names);
	return -ENOENT;
}

static int take_point(struct comparison *comparison, const char *work, char **error)
{
	const struct function_row *points[SIDES];
	struct comparison_unit *unit = &comparison->unit;
	char *name;

	for (int side = 0; side < SIDES; side++) {
		points[side] = find_point(comparison->analyses[side], work);
		if (!points[side])
			return not_counted(comparison, work, error);
		unit->amount[side] = (double)points[side]->calls;
		unit->quality[side] = points[side]->calls_exact ? exactly : at_least;
	}
	if (strcmp(points[SIDE_BEFORE]->counts, points[SIDE_AFTER]->counts) != 0) {
		*error = g_strdup_printf("%s counts %s before and %s after: not the same work",
					 work, points[SIDE_BEFORE]->counts,
					 points[SIDE_AFTER]->counts);
		return -EINVAL;
	}
	/* "calls", "waits", "pages", "sleeps": one of them. */
	name = g_strdup_printf("%.*s of %s", (int)strlen(points[SIDE_BEFORE]->counts) - 1,
			       points[SIDE_BEFORE]->counts, work);
	unit->name = g_string_chunk_insert(comparison->priv->strings, name);
	g_free(name);
	return 0;
}

static int find_work(struct comparison *comparison, const struct comparison_request *request,
		     char **error)
{
	struct comparison_unit *unit = &comparison->unit;

	if (!request->work) {
		unit->name = "operation";
		memcpy(unit->amount, request->operations, sizeof(unit->amount));
		unit->quality[SIDE_BEFORE] = unit->quality[SIDE_AFTER] = given;
		return 0;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(booked); i++) {
		if (!strcmp(booked[i].name, request->work))
			return take_booked(unit, comparison, &booked[i])
				       ? 0
				       : not_counted(comparison, request->work, error);
	}
	return take_point(comparison, request->work, error);
}

int comparison__find_unit(struct comparison *comparison, const struct comparison_request *request,
			  char **error)
{
	struct comparison_unit *unit = &comparison->unit;
	int status = 0;

	*unit = (struct comparison_unit){
		.divisor = request->divisor,
		.name = request->divisor == PER_WALL_SECOND ? "second of wall time"
							    : "thread-second",
		.quality = {exactly, exactly},
	};
	for (int side = 0; side < SIDES; side++) {
		const struct analysis *analysis = comparison->analyses[side];

		unit->amount[side] = request->divisor == PER_WALL_SECOND
					     ? seconds_of(analysis)
					     : analysis->accounted_ns / SECOND;
	}
	if (request->divisor == PER_WORK)
		status = find_work(comparison, request, error);
	for (int side = 0; side < SIDES && !status; side++) {
		unit->a_second[side] = unit->amount[side] / seconds_of(comparison->analyses[side]);
		if (unit->amount[side] > 0)
			continue;
		*error = g_strdup_printf("there is no %s in the capture %s: nothing to divide by",
					 unit->name, side__name(side));
		status = -ENOENT;
	}
	return status;
}

static double thread_time(const struct slice_row *slice)
{
	double ns = 0;

	for (int state = 0; state < STATE_COUNT; state++)
		ns += slice->states.ns[state];
	return ns;
}

static double wall_time(const struct analysis *analysis, const struct slice_row *slice)
{
	int64_t end = analysis->capture.t0_ns + analysis->window_ns;

	return (double)MAX(MIN(slice->end_ns, end) - slice->start_ns, 0);
}

/* Spans and runs that began in it: the one count of what was done that slices have. */
static double activity(const struct slice_row *slice)
{
	double count = 0;

	for (int state = 0; state < STATE_WOKEN; state++)
		count += (double)slice->states.count[state];
	return count;
}

static struct spread work_spread(const struct analysis *analysis, const struct slice_set *set)
{
	double *counts = g_new(double, set->count + 1);
	struct spread spread;
	double sum = 0;

	for (size_t i = 0; i < set->count; i++)
		sum += counts[i] = activity(&analysis->slices[i]);
	spread = series__spread(counts, set->lengths, set->count);
	g_free(counts);
	return sum > 0 ? spread__scale(spread, 1 / sum) : (struct spread){INFINITY, 0};
}

void comparison__cut_slices(struct comparison *comparison)
{
	enum divisor divisor = comparison->unit.divisor;

	for (int side = 0; side < SIDES; side++) {
		const struct analysis *analysis = comparison->analyses[side];
		struct slice_set *set = &comparison->priv->slices[side];

		set->count = analysis->slice_count;
		set->lengths = g_new0(double, set->count + 1);
		for (size_t i = 0; i < set->count; i++) {
			const struct slice_row *slice = &analysis->slices[i];

			set->lengths[i] = divisor == PER_THREAD_SECOND ? thread_time(slice)
								       : wall_time(analysis, slice);
		}
		set->worth = series__worth(set->lengths, set->count);
		if (divisor == PER_WORK)
			set->work = work_spread(analysis, set);
	}
}
