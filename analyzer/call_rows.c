// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How often system calls were made, from the moments in which they were counted. */
#include <math.h>
#include <string.h>
#include <sys/syscall.h>

#include "analyzer/private.h"
#include "analyzer/ratio.h"

/* Counting cannot have kept more than this share of a process's calls from being made: where it
 * seems so, what is known of its CPU time is not of the same calls. */
#define MOST_KEPT_AWAY 0.9
/* A share of fewer calls is no better than the calls themselves. */
#define LEAST_COUNTED 100

/* Those of which /proc/PID/io counts each: Linux: fs/read_write.c, inc_syscr() and inc_syscw(). A
 * call that is both, as sendfile(2), counts by its reads. */
static const struct {
	int64_t nr;
	enum store_io_count count;
} kernel_counted[] = {
	{SYS_read, IO_READ_CALLS},
	{SYS_pread64, IO_READ_CALLS},
	{SYS_readv, IO_READ_CALLS},
	{SYS_preadv, IO_READ_CALLS},
	{SYS_preadv2, IO_READ_CALLS},
	{SYS_sendfile, IO_READ_CALLS},
	{SYS_copy_file_range, IO_READ_CALLS},
	{SYS_write, IO_WRITE_CALLS},
	{SYS_pwrite64, IO_WRITE_CALLS},
	{SYS_writev, IO_WRITE_CALLS},
	{SYS_pwritev, IO_WRITE_CALLS},
	{SYS_pwritev2, IO_WRITE_CALLS},
};
#define NO_COUNT IO_COUNTS

static enum store_io_count count_of(int64_t nr)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kernel_counted); i++)
		if (kernel_counted[i].nr == nr)
			return kernel_counted[i].count;
	return NO_COUNT;
}

/* What is summed up: a system call of a process, of all, or all that a process called. */
struct tally_key {
	size_t process; /* or CALLS_OF_ALL */
	int64_t nr;
};

/* In place of a number: all of the process's, and all of it that the kernel counts as reads or as
 * writes. */
enum group {
	GROUP_ALL = -10,
	GROUP_KERNEL = -20, /* + enum store_io_count */
};

struct call_tally {
	struct tally_key key;
	struct call_row row;
	uint32_t moment; /* that `open` is of */
	struct call_fact open; /* its sums */
	struct ratio rate; /* calls to ns; moments without any are not in it yet */
	struct ratio bytes; /* to calls */
	struct ratio whole; /* ns to whole calls */
	struct ratio share; /* of the process's calls that the kernel counts alike; not all in it */
	size_t only_process; /* whose calls these are; CALLS_OF_ALL: of several */
	double kept_away; /* the share of calls that counting may have kept from being made */
};

struct call_sums {
	struct analysis *analysis;
	GHashTable *tallies; /* struct call_tally: its own key */
	const GArray *lengths;
};

static guint hash_key(gconstpointer data)
{
	const struct tally_key *key = data;

	return (guint)key->nr * 2654435761U ^ (guint)key->process * 40503U;
}

static gboolean same_key(gconstpointer a, gconstpointer b)
{
	const struct tally_key *left = a, *right = b;

	return left->process == right->process && left->nr == right->nr;
}

static struct call_tally *find(const struct call_sums *sums, size_t process, int64_t nr)
{
	const struct tally_key key = {process, nr};

	return g_hash_table_lookup(sums->tallies, &key);
}

static struct call_tally *get(const struct call_sums *sums, size_t process, int64_t nr)
{
	struct call_tally *tally = find(sums, process, nr);

	if (tally)
		return tally;
	tally = g_new0(struct call_tally, 1);
	tally->key = (struct tally_key){process, nr};
	tally->only_process = CALLS_OF_ALL;
	tally->row = (struct call_row){
		.nr = nr,
		.name = syscall__name(nr),
		.process = process,
	};
	g_hash_table_insert(sums->tallies, &tally->key, tally);
	return tally;
}

static double length_of(const struct call_sums *sums, uint32_t moment)
{
	return (double)g_array_index(sums->lengths, int64_t, moment);
}

/* The moment that is open is over. */
static void close_moment(const struct call_sums *sums, struct call_tally *tally)
{
	const struct call_fact *open = &tally->open;

	if (!open->calls)
		return;
	ratio__add(&tally->rate, (double)open->calls, length_of(sums, tally->moment));
	if (open->bytes >= 0)
		ratio__add(&tally->bytes, (double)open->bytes, (double)open->calls);
	if (open->whole)
		ratio__add(&tally->whole, (double)open->ns, (double)open->whole);
	tally->open = (struct call_fact){0};
}

static void add(const struct call_sums *sums, struct call_tally *tally,
		const struct call_fact *fact)
{
	struct call_row *row = &tally->row;

	if (tally->moment != fact->moment)
		close_moment(sums, tally);
	if (!row->counted)
		tally->only_process = fact->process;
	else if (tally->only_process != fact->process)
		tally->only_process = CALLS_OF_ALL;
	tally->moment = fact->moment;
	sum__add(&tally->open.calls, fact->calls);
	sum__add(&tally->open.bytes, fact->bytes);
	sum__add(&tally->open.whole, fact->whole);
	sum__add(&tally->open.ns, fact->ns);
	sum__add(&row->counted, fact->calls);
	sum__add(&row->errors, fact->errors);
	sum__add(&row->whole, fact->whole);
}

/* alike: calls of its process in the moment that the kernel counts alike, by what it counts. */
static void add_fact(const struct call_sums *sums, const struct call_fact *fact,
		     const double alike[])
{
	enum store_io_count count = count_of(fact->syscall);
	struct call_tally *tally = get(sums, fact->process, fact->syscall);

	add(sums, get(sums, CALLS_OF_ALL, fact->syscall), fact);
	add(sums, tally, fact);
	add(sums, get(sums, fact->process, GROUP_ALL), fact);
	if (count == NO_COUNT)
		return;
	add(sums, get(sums, fact->process, GROUP_KERNEL + (int64_t)count), fact);
	ratio__add(&tally->share, (double)fact->calls, alike[count]);
}

/* A process in a moment: rows are in that order. */
static guint add_run(const struct call_sums *sums, const GArray *facts, guint from)
{
	const struct call_fact *first = &g_array_index(facts, struct call_fact, from);
	double alike[IO_COUNTS + 1] = {0};
	guint end = from;

	for (; end < facts->len; end++) {
		const struct call_fact *fact = &g_array_index(facts, struct call_fact, end);

		if (fact->moment != first->moment || fact->process != first->process)
			break;
		alike[count_of(fact->syscall)] += (double)fact->calls;
	}
	for (guint i = from; i < end; i++)
		add_fact(sums, &g_array_index(facts, struct call_fact, i), alike);
	return end;
}

static double per_second(double per_ns)
{
	return per_ns * 1e9;
}

/* The moments in which nothing was called are moments, too. */
static struct ratio with_empty_moments(const struct call_sums *sums, const struct ratio *rate)
{
	struct ratio all = {
		.units = sums->lengths->len, .y = rate->y, .yy = rate->yy, .xy = rate->xy};

	for (guint i = 0; i < sums->lengths->len; i++) {
		all.x += length_of(sums, i);
		all.xx += length_of(sums, i) * length_of(sums, i);
	}
	return all;
}

static void estimate(const struct call_sums *sums, struct call_tally *tally)
{
	const struct call_sampling *sampling = &sums->analysis->call_sampling;
	struct call_row *row = &tally->row;
	struct ratio rate;

	close_moment(sums, tally);
	rate = with_empty_moments(sums, &tally->rate);
	row->per_second = ratio__estimate(&rate, sampling->share);
	measure__allow_chance(&row->per_second, (double)row->counted, rate.x);
	row->per_second.value = per_second(row->per_second.value);
	row->per_second.low = per_second(row->per_second.low);
	row->per_second.high = per_second(row->per_second.high);
	row->bytes = ratio__estimate(&tally->bytes, sampling->share);
	row->whole_ns = ratio__estimate(&tally->whole, sampling->share);
}

/*
 * What counting adds to calls takes CPU time that the process would have had for others: of its
 * CPU time in a second, calls * added. Where it wanted no more than it had that was idle time, and
 * nothing was kept away; so this is the most.
 */
static void find_kept_away(const struct call_sums *sums, struct call_tally *of_process)
{
	const struct analysis *analysis = sums->analysis;
	const struct process_row *process = &analysis->processes[of_process->key.process];
	double cpu = process->states.ns[STATE_RUNNING] / (double)analysis->window_ns;
	double added = analysis->call_sampling.added_ns / 1e9;
	double calls = of_process->row.per_second.high;

	if (isnan(calls) || isnan(added) || cpu <= 0)
		return;
	of_process->kept_away = fmin(calls * added / cpu, MOST_KEPT_AWAY);
}

/* A share of what the kernel has counted exactly, in place of a count of our own. */
static void scale_to_kernel(const struct call_sums *sums, struct call_tally *tally)
{
	const struct analysis *analysis = sums->analysis;
	const struct process_row *process = &analysis->processes[tally->key.process];
	enum store_io_count count = count_of(tally->key.nr);
	const struct call_tally *alike;
	struct measure share;
	double calls, unseen;

	/* The kernel adds children that were waited for, with their whole lives. */
	if (count == NO_COUNT || !process->io.known || process->child_faults)
		return;
	alike = find(sums, tally->key.process, GROUP_KERNEL + (int64_t)count);
	tally->share.units = alike->rate.units;
	tally->share.x = alike->rate.y;
	tally->share.xx = alike->rate.yy;
	share = ratio__estimate(&tally->share, analysis->call_sampling.share);
	if (alike->row.counted < LEAST_COUNTED || isnan(share.low))
		return;
	/* Of n that were all of one kind, 3 in n may be of others (the rule of three). */
	unseen = 3 / (double)alike->row.counted;
	calls = per_second((double)process->io.counts[count] / (double)analysis->window_ns);
	tally->row.per_second.value = share.value * calls;
	tally->row.per_second.low = fmax(share.low - unseen, 0) * calls;
	tally->row.per_second.high = fmin(share.high + unseen, 1) * calls;
	tally->row.by_kernel = true;
}

static void finish_process(const struct call_sums *sums, struct call_tally *tally)
{
	const struct call_tally *all = find(sums, tally->key.process, GROUP_ALL);
	struct call_tally *of_all = find(sums, CALLS_OF_ALL, tally->key.nr);

	tally->kept_away = all->kept_away;
	of_all->kept_away = fmax(of_all->kept_away, all->kept_away);
	scale_to_kernel(sums, tally);
}

static void finish(const struct call_sums *sums, struct call_tally *tally)
{
	const struct call_tally *only = tally->key.process == CALLS_OF_ALL &&
							tally->only_process != CALLS_OF_ALL
						? find(sums, tally->only_process, tally->key.nr)
						: NULL;

	if (only && only->row.by_kernel) {
		tally->row.by_kernel = true;
		tally->row.per_second = only->row.per_second;
	}
	if (!tally->row.by_kernel)
		tally->row.per_second.high /= 1 - tally->kept_away;
}

static void add_blocked(const struct call_sums *sums, const struct facts *facts)
{
	for (guint i = 0; i < facts->cells->len; i++) {
		const struct cell *cell = &g_array_index(facts->cells, struct cell, i);
		struct call_tally *tallies[] = {
			find(sums, CALLS_OF_ALL, cell->key.syscall),
			find(sums, cell->key.process, cell->key.syscall),
		};

		if (cell->key.state < STATE_INTERRUPTIBLE || cell->key.state > STATE_STOPPED)
			continue;
		for (size_t j = 0; j < G_N_ELEMENTS(tallies); j++)
			if (tallies[j])
				tallies[j]->row.blocked_ns += (double)cell->ns;
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
	return tally->key.nr <= GROUP_ALL;
}

static void list(const struct call_sums *sums, GPtrArray *tallies)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct call_row));

	for (guint i = 0; i < tallies->len; i++) {
		const struct call_tally *tally = g_ptr_array_index(tallies, i);

		if (!is_group(tally))
			g_array_append_val(rows, tally->row);
	}
	g_array_sort(rows, most_called_first);
	sums->analysis->call_count = rows->len;
	sums->analysis->calls = (struct call_row *)g_array_free(rows, FALSE);
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

static void collect(gpointer key, gpointer tally, gpointer tallies)
{
	(void)key;
	g_ptr_array_add(tallies, tally);
}

static GPtrArray *all_of(GHashTable *tallies)
{
	GPtrArray *all = g_ptr_array_new();

	g_hash_table_foreach(tallies, collect, all);
	return all;
}

void analysis__list_calls(struct analysis *analysis, const struct facts *facts)
{
	const struct call_sums sums = {
		.analysis = analysis,
		.tallies = g_hash_table_new_full(hash_key, same_key, NULL, g_free),
		.lengths = facts->calls.lengths,
	};
	GPtrArray *tallies;

	describe(analysis, &facts->calls);
	for (guint i = 0; i < facts->calls.rows->len;)
		i = add_run(&sums, facts->calls.rows, i);
	tallies = all_of(sums.tallies);
	for (guint i = 0; i < tallies->len; i++)
		estimate(&sums, g_ptr_array_index(tallies, i));
	for (guint i = 0; i < tallies->len; i++) {
		struct call_tally *tally = g_ptr_array_index(tallies, i);

		if (tally->key.nr == GROUP_ALL)
			find_kept_away(&sums, tally);
	}
	for (guint i = 0; i < tallies->len; i++) {
		struct call_tally *tally = g_ptr_array_index(tallies, i);

		if (tally->key.process != CALLS_OF_ALL && !is_group(tally))
			finish_process(&sums, tally);
	}
	for (guint i = 0; i < tallies->len; i++)
		finish(&sums, g_ptr_array_index(tallies, i));
	add_blocked(&sums, facts);
	list(&sums, tallies);
	g_ptr_array_free(tallies, TRUE);
	g_hash_table_destroy(sums.tallies);
}
