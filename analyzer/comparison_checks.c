// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Whether two captures can be compared at all, and what makes them less comparable. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "analyzer/comparison_private.h"

#define LENGTHS_RATIO 2.0
#define THREADS_RATIO 1.25 /* of threads living at a time */
#define ESTIMATED_SHARE 0.2 /* of thread time with stacks of others, or none */
#define LOST_SHARE 0.5
#define LEDGER_ERROR 0.01
#define MUCH_LOST 0.1 /* of the number of spans */

static bool is_same(const struct store_capture *a, const struct store_capture *b)
{
	return a->t0_ns == b->t0_ns && a->t1_ns == b->t1_ns &&
	       a->started_unix_ns == b->started_unix_ns && !g_strcmp0(a->host, b->host) &&
	       !g_strcmp0(a->target, b->target);
}

int comparison__check(const struct analysis *before, const struct analysis *after, char **error)
{
	const struct analysis *const both[SIDES] = {before, after};

	for (int side = 0; side < SIDES; side++) {
		const char *name = side__name(side);

		if (both[side]->window_ns <= 0) {
			*error = g_strdup_printf("the capture %s was cut off before its window had "
						 "begun: there is nothing to compare",
						 name);
			return -EINVAL;
		}
		if (both[side]->accounted_ns > 0)
			continue;
		*error = g_strdup_printf("the capture %s has no thread time: there is nothing to "
					 "compare",
					 name);
		return -EINVAL;
	}
	if (is_same(&before->capture, &after->capture)) {
		*error = g_strdup("both files hold one and the same capture");
		return -EINVAL;
	}
	return 0;
}

__attribute__((format(printf, 2, 3))) static void warn(GPtrArray *warnings, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_ptr_array_add(warnings, g_strdup_vprintf(format, args));
	va_end(args);
}

/* Texts that should be the same, and what it means when they are not. */
static const struct {
	const char *what;
	size_t offset; /* in struct store_capture */
	const char *meaning;
} texts[] = {
	{"kernels", offsetof(struct store_capture, kernel), "its functions and costs may differ"},
	{"machines", offsetof(struct store_capture, machine), "nothing need be alike"},
	{"hosts", offsetof(struct store_capture, host), "the machine may be what has changed"},
	{"engines", offsetof(struct store_capture, backend),
	 "they see states, system calls and stacks differently"},
	{"CPU clocks", offsetof(struct store_capture, cpu_clock),
	 "code with interrupts off, and what an idle or slow CPU does, weighs differently"},
	{"ways to see kernel locks", offsetof(struct store_capture, lock_backend),
	 "locks are not compared"},
};

static const char *text_at(const struct store_capture *capture, size_t offset)
{
	const char *text;

	memcpy(&text, (const char *)capture + offset, sizeof(text));
	return text ? text : "unknown";
}

static void warn_of_texts(GPtrArray *warnings, const struct store_capture *before,
			  const struct store_capture *after)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *old = text_at(before, texts[i].offset);
		const char *new = text_at(after, texts[i].offset);

		if (strcmp(old, new) != 0)
			warn(warnings, "different %s: %s before, %s after: %s", texts[i].what, old,
			     new, texts[i].meaning);
	}
	if (before->cpus != after->cpus)
		warn(warnings,
		     "different numbers of CPUs: %" PRId64 " before, %" PRId64
		     " after: waiting for a CPU is another thing",
		     before->cpus, after->cpus);
}

static void warn_of_sizes(GPtrArray *warnings, const struct comparison *comparison)
{
	const struct analysis *before = comparison->analyses[SIDE_BEFORE];
	const struct analysis *after = comparison->analyses[SIDE_AFTER];
	double old = (double)before->window_ns, new = (double)after->window_ns;
	double old_threads = before->accounted_ns / old, new_threads = after->accounted_ns / new;

	if (fmax(old, new) > LENGTHS_RATIO * fmin(old, new))
		warn(warnings,
		     "very different lengths: %.3g s before, %.3g s after: the shorter one decides "
		     "how sure the comparison is",
		     old / 1e9, new / 1e9);
	if (fmax(old_threads, new_threads) > THREADS_RATIO * fmin(old_threads, new_threads))
		warn(warnings, "different numbers of threads: %.3g at a time before, %.3g after%s",
		     old_threads, new_threads,
		     comparison->unit.divisor == PER_WALL_SECOND ? ": --per thread may say more"
								 : "");
}

static const struct function_row *find_point(const struct analysis *analysis, const char *name)
{
	for (size_t i = 0; i < analysis->function_count; i++) {
		if (!strcmp(analysis->functions[i].name, name))
			return &analysis->functions[i];
	}
	return NULL;
}

/* A hook takes time of each call, and what it counts is not what another one does. */
static void warn_of_backends(GPtrArray *warnings, const struct comparison *comparison)
{
	const struct analysis *before = comparison->analyses[SIDE_BEFORE];
	GString *points = g_string_new(NULL);

	for (size_t i = 0; i < before->function_count; i++) {
		const struct function_row *was = &before->functions[i];
		const struct function_row *is =
			find_point(comparison->analyses[SIDE_AFTER], was->name);

		if (is && strcmp(was->backend, is->backend) != 0)
			g_string_append_printf(points, "%s%s (%s before, %s after)",
					       points->len ? ", " : "", was->name, was->backend,
					       is->backend);
	}
	if (points->len)
		warn(warnings, "different ways to reach probe points: %s: each has its own price",
		     points->str);
	g_string_free(points, TRUE);
}

/* See comparison__list_functions. */
static void warn_of_points(GPtrArray *warnings, const struct comparison *comparison)
{
	const struct analysis *before = comparison->analyses[SIDE_BEFORE];
	size_t count = 0;

	for (int side = 0; side < SIDES; side++) {
		const struct analysis *analysis = comparison->analyses[side];

		for (size_t i = 0; i < analysis->function_count; i++) {
			const struct function_row *row = &analysis->functions[i];

			count += row->point < 0 &&
				 (side == SIDE_BEFORE || !find_point(before, row->name));
		}
	}
	if (count)
		warn(warnings,
		     "probe points that a newer wallflame has recorded are not compared: %zu "
		     "(which stacks are theirs is not known here)",
		     count);
}

static double estimated_share(const struct analysis *analysis)
{
	double ns = 0;

	for (size_t i = 0; i < analysis->piece_count; i++)
		ns += analysis->pieces[i].basis == BASIS_ESTIMATED ? analysis->pieces[i].ns : 0;
	return ns / analysis->accounted_ns;
}

/* So many beside the spans of the capture that its times and counts are in doubt. */
static void warn_of_losses(GPtrArray *warnings, const struct analysis *analysis, const char *name)
{
	double spans = 0;

	for (int state = 0; state < STATE_COUNT; state++)
		spans += (double)analysis->states.count[state];
	for (size_t i = 0; i < analysis->loss_count; i++) {
		const struct count_row *loss = &analysis->losses[i];

		if ((double)loss->value > MUCH_LOST * spans)
			warn(warnings, "much was lost %s: %" PRId64 " %s beside %.0f spans: %s",
			     name, loss->value, loss->name, spans, loss->meaning);
	}
}

static void warn_of_side(GPtrArray *warnings, const struct comparison *comparison, enum side side)
{
	const struct analysis *analysis = comparison->analyses[side];
	double estimated = estimated_share(analysis);
	const char *name = side__name(side);

	if (!analysis->capture.complete)
		warn(warnings, "the capture %s was cut off: only what was written is compared",
		     name);
	if (analysis->states.ns[STATE_UNOBSERVED] > 0)
		warn(warnings,
		     "the ledger of the capture %s was kept for a part of the time (record "
		     "--budget): its times are sampled, and verdicts do not know how widely",
		     name);
	if (estimated > ESTIMATED_SHARE)
		warn(warnings, "%s %s: %.0f %% of the time has no stack of its own",
		     estimated > LOST_SHARE ? "most evidence is missing"
					    : "much evidence is missing",
		     name, estimated * 100);
	warn_of_losses(warnings, analysis, name);
	if (analysis->error_ratio > LEDGER_ERROR)
		warn(warnings, "the times of the capture %s do not add up: they are off by %.1f %%",
		     name, analysis->error_ratio * 100);
	if (comparison->priv->slices[side].worth < COMPARED_SLICES - 0.5)
		warn(warnings,
		     "the capture %s is worth %.1f slices: with fewer than %d there are no "
		     "verdicts (record longer, or with a shorter --slice)",
		     name, comparison->priv->slices[side].worth, COMPARED_SLICES);
	if (strcmp(comparison->unit.quality[side], "at least") == 0)
		warn(warnings, "the count of the capture %s is too low: some were not seen", name);
}

char **comparison__warn(const struct comparison *comparison)
{
	GPtrArray *warnings = g_ptr_array_new();

	warn_of_texts(warnings, &comparison->analyses[SIDE_BEFORE]->capture,
		      &comparison->analyses[SIDE_AFTER]->capture);
	warn_of_sizes(warnings, comparison);
	warn_of_points(warnings, comparison);
	warn_of_backends(warnings, comparison);
	for (int side = 0; side < SIDES; side++)
		warn_of_side(warnings, comparison, side);
	g_ptr_array_add(warnings, NULL);
	return (char **)g_ptr_array_free(warnings, FALSE);
}
