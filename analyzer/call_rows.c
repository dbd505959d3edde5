// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How often system calls were made, from the moments in which they were counted. */
#include <math.h>

#include "analyzer/call_kernel.h"
#include "analyzer/call_tally.h"
#include "analyzer/private.h"

/* Counting cannot have kept more than this share of a process's calls from being made: where it
 * seems so, what is known of its CPU time is not of the same calls. */
#define MOST_KEPT_AWAY 0.9
/* The kernel's count is gone by when so many of its calls were seen, and fewer than this share of
 * them failed: of those that failed at once, as with a bad descriptor, it knows nothing. */
#define LEAST_COUNTED 100
#define MOST_FAILED 0.01
/* How much of what a call's number varies from moment to moment must go with the kernel's. */
#define LEAST_EXPLAINED 0.5

struct rates {
	struct analysis *analysis;
	struct call_tallies *tallies;
};

static struct measure times(struct measure measure, double factor)
{
	return (struct measure){measure.value * factor, measure.low * factor,
				measure.high * factor};
}

static void estimate(const struct rates *rates, struct call_tally *tally)
{
	double drawn = rates->analysis->call_sampling.share;
	struct ratio rate = call_tallies__rate(rates->tallies, tally);
	struct measure per_ns = ratio__estimate(&rate, drawn);

	measure__allow_chance(&per_ns, (double)tally->row.counted, rate.x);
	measure__allow_gaps(&per_ns, (double)tally->rate.units, (double)rate.units);
	tally->row.per_second = times(per_ns, 1e9);
	tally->row.bytes = ratio__estimate(&tally->bytes, drawn);
	tally->row.whole_ns = ratio__estimate(&tally->whole, drawn);
}

/*
 * What counting adds to calls takes CPU time that the process would have had for others: of its
 * CPU time in a second, calls * added. Where it wanted no more than it had that was idle time, and
 * nothing was kept away; so this is the most.
 */
static void find_kept_away(const struct rates *rates, struct call_tally *of_process)
{
	const struct analysis *analysis = rates->analysis;
	const struct process_row *process = &analysis->processes[of_process->process];
	double cpu = process->states.ns[STATE_RUNNING] / (double)analysis->window_ns;
	double added = analysis->call_sampling.added_ns / 1e9;
	double calls = of_process->row.per_second.high;

	if (isnan(calls) || isnan(added) || cpu <= 0)
		return;
	of_process->kept_away = fmin(calls * added / cpu, MOST_KEPT_AWAY);
}

/* The calls of a group, where the kernel's count of the same is known, or NULL. */
static const struct call_tally *kernel_group(const struct rates *rates, size_t index, int64_t group)
{
	const struct process_row *process = &rates->analysis->processes[index];
	const struct call_tally *tally = call_tallies__find(rates->tallies, index, group);

	/* The kernel adds children that were waited for, with their whole lives. */
	if (!tally || !process->io.known || process->child_faults ||
	    call_tallies__find(rates->tallies, index, GROUP_TWICE))
		return NULL;
	if (tally->row.counted < LEAST_COUNTED ||
	    (double)tally->row.errors > MOST_FAILED * (double)tally->row.counted)
		return NULL;
	return tally;
}

/* Of a tally's pairs with a group: the moments that have only the group are to be added. */
static struct ratio with_group(struct ratio pairs, const struct call_tally *group)
{
	pairs.x = group->rate.y;
	pairs.xx = group->rate.yy;
	return pairs;
}

static double seconds_of(const struct rates *rates)
{
	return (double)rates->analysis->window_ns / 1e9;
}

/* A share of what the kernel has counted exactly, in place of a count of our own. */
static void share_kernels(const struct rates *rates, struct call_tally *tally,
			  enum store_io_count count)
{
	const struct call_tally *group =
		kernel_group(rates, tally->process, GROUP_COUNT + (int64_t)count);
	const struct io_row *io = &rates->analysis->processes[tally->process].io;
	struct measure share;
	struct ratio pairs;
	double unseen;

	if (!group)
		return;
	pairs = with_group(tally->alike, group);
	pairs.units = group->rate.units;
	share = ratio__estimate(&pairs, rates->analysis->call_sampling.share);
	if (isnan(share.low))
		return;
	/* Of n that were all of one kind, 3 in n may be of others (the rule of three). */
	unseen = 3 / (double)group->row.counted;
	share.low = fmax(share.low - unseen, 0);
	share.high = fmin(share.high + unseen, 1);
	tally->row.per_second = times(share, (double)io->counts[count] / seconds_of(rates));
	tally->row.by_kernel = true;
}

/* Calls that come with those that the kernel counts: so many more of these in the whole window than
 * in the moments make so many more of the others. */
static void go_with_kernels(const struct rates *rates, struct call_tally *tally)
{
	const struct call_tally *group = kernel_group(rates, tally->process, GROUP_KERNEL);
	const struct call_sampling *sampling = &rates->analysis->call_sampling;
	const struct io_row *io = &rates->analysis->processes[tally->process].io;
	double length_ns = sampling->covered_ns / (double)sampling->moments;
	struct measure a_moment;
	struct ratio pairs;
	double known, unseen = 3 / (double)tally->row.counted;

	if (!group || tally->row.counted < LEAST_COUNTED)
		return;
	pairs = with_group(tally->beside, group);
	pairs.units = sampling->moments;
	known = ((double)io->counts[IO_READ_CALLS] + (double)io->counts[IO_WRITE_CALLS]) /
		(double)rates->analysis->window_ns * length_ns;
	if (ratio__explained(&pairs) < LEAST_EXPLAINED)
		return;
	a_moment = ratio__regress(&pairs, known, sampling->share);
	if (isnan(a_moment.low))
		return;
	a_moment.low *= 1 - unseen; /* the rule of three, as above */
	a_moment.high *= 1 + unseen;
	tally->row.per_second = times(a_moment, 1e9 / length_ns);
	tally->row.by_kernel = true;
}

static void finish_process(const struct rates *rates, struct call_tally *tally)
{
	const struct call_tally *all =
		call_tallies__find(rates->tallies, tally->process, GROUP_ALL);
	struct call_tally *of_all = call_tallies__find(rates->tallies, CALLS_OF_ALL, tally->nr);
	enum store_io_count count = call_kernel__count(tally->nr);

	tally->kept_away = all->kept_away;
	of_all->kept_away = fmax(of_all->kept_away, all->kept_away);
	if (count == NO_IO_COUNT)
		go_with_kernels(rates, tally);
	else
		share_kernels(rates, tally, count);
}

static void finish(const struct rates *rates, struct call_tally *tally)
{
	const struct call_tally *only = NULL;

	if (tally->process == CALLS_OF_ALL && tally->only_process != CALLS_OF_ALL)
		only = call_tallies__find(rates->tallies, tally->only_process, tally->nr);
	if (only && only->row.by_kernel) {
		tally->row.by_kernel = true;
		tally->row.per_second = only->row.per_second;
	}
	if (!tally->row.by_kernel)
		tally->row.per_second.high /= 1 - tally->kept_away;
}

static void add_blocked(const struct rates *rates, const struct facts *facts)
{
	for (guint i = 0; i < facts->cells.rows->len; i++) {
		const struct stratum *cells = stratum__at(&facts->cells, i);
		const size_t processes[] = {CALLS_OF_ALL, cells->key.process};

		if (cells->key.state < STATE_INTERRUPTIBLE || cells->key.state > STATE_STOPPED)
			continue;
		for (size_t j = 0; j < G_N_ELEMENTS(processes); j++) {
			struct call_tally *tally = call_tallies__find(rates->tallies, processes[j],
								      cells->key.syscall);

			if (tally)
				tally->row.blocked_ns += cells->ns;
		}
	}
}

static gint most_called_first(gconstpointer a, gconstpointer b)
{
	const struct call_row *left = a, *right = b;
	/* Those of all come first: SIZE_MAX + 1 is 0. */
	size_t left_process = left->process + 1, right_process = right->process + 1;
	double more = right->per_second.value - left->per_second.value;

	if (left_process != right_process)
		return left_process < right_process ? -1 : 1;
	if (more != 0)
		return more > 0 ? 1 : -1;
	return (left->nr > right->nr) - (left->nr < right->nr);
}

static bool is_group(const struct call_tally *tally)
{
	return tally->nr <= GROUP_ALL;
}

static void list(const struct rates *rates)
{
	const GPtrArray *all = call_tallies__all(rates->tallies);
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct call_row));

	for (guint i = 0; i < all->len; i++) {
		const struct call_tally *tally = g_ptr_array_index(all, i);

		if (!is_group(tally))
			g_array_append_val(rows, tally->row);
	}
	g_array_sort(rows, most_called_first);
	rates->analysis->call_count = rows->len;
	rates->analysis->calls = (struct call_row *)g_array_free(rows, FALSE);
}

static void describe(struct analysis *analysis, const struct call_facts *facts)
{
	struct call_sampling *sampling = &analysis->call_sampling;

	*sampling = (struct call_sampling){
		.moments = facts->lengths->len,
		.note = facts->told ? facts->note : "this capture is older than that",
		.added_ns = facts->added_ns < 0 ? NAN : (double)facts->added_ns,
	};
	for (guint i = 0; i < facts->lengths->len; i++)
		sampling->covered_ns += (double)g_array_index(facts->lengths, int64_t, i);
	if (analysis->window_ns)
		sampling->share = fmin(sampling->covered_ns / (double)analysis->window_ns, 1);
}

void analysis__list_calls(struct analysis *analysis, const struct facts *facts)
{
	const struct rates rates = {analysis, call_tallies__new(&facts->calls)};
	const GPtrArray *all = call_tallies__all(rates.tallies);

	describe(analysis, &facts->calls);
	for (guint i = 0; i < all->len; i++) {
		struct call_tally *tally = g_ptr_array_index(all, i);

		estimate(&rates, tally);
		if (tally->nr == GROUP_ALL)
			find_kept_away(&rates, tally);
	}
	for (guint i = 0; i < all->len; i++) {
		struct call_tally *tally = g_ptr_array_index(all, i);

		if (tally->process != CALLS_OF_ALL && !is_group(tally))
			finish_process(&rates, tally);
	}
	for (guint i = 0; i < all->len; i++)
		finish(&rates, g_ptr_array_index(all, i));
	add_blocked(&rates, facts);
	list(&rates);
	call_tallies__free(rates.tallies);
}
