// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/call_tally.h"

#include "analyzer/call_kernel.h"
#include "analyzer/private.h"

struct call_tallies {
	const GArray *lengths; /* int64_t, ns of a moment each */
	GHashTable *found; /* struct call_tally, its own key */
	GPtrArray *all;
};

static guint hash_tally(gconstpointer data)
{
	const struct call_tally *tally = data;

	return (guint)tally->nr * 2654435761U ^ (guint)tally->process * 40503U;
}

static gboolean same_tally(gconstpointer a, gconstpointer b)
{
	const struct call_tally *left = a, *right = b;

	return left->process == right->process && left->nr == right->nr;
}

struct call_tally *call_tallies__find(const struct call_tallies *tallies, size_t process,
				      int64_t nr)
{
	const struct call_tally key = {.process = process, .nr = nr};

	return g_hash_table_lookup(tallies->found, &key);
}

static struct call_tally *get(struct call_tallies *tallies, size_t process, int64_t nr)
{
	struct call_tally *tally = call_tallies__find(tallies, process, nr);

	if (tally)
		return tally;
	tally = g_new0(struct call_tally, 1);
	tally->process = process;
	tally->nr = nr;
	tally->row = (struct call_row){.nr = nr, .name = syscall__name(nr), .process = process};
	g_hash_table_add(tallies->found, tally);
	g_ptr_array_add(tallies->all, tally);
	return tally;
}

static double length_of(const struct call_tallies *tallies, guint moment)
{
	return (double)g_array_index(tallies->lengths, int64_t, moment);
}

static void close_moment(const struct call_tallies *tallies, struct call_tally *tally)
{
	const struct call_fact *open = &tally->open;

	if (!open->calls) {
		tally->open = (struct call_fact){0};
		return;
	}
	ratio__add(&tally->rate, (double)open->calls, length_of(tallies, tally->moment));
	if (open->bytes >= 0)
		ratio__add(&tally->bytes, (double)open->bytes, (double)open->calls);
	if (open->whole)
		ratio__add(&tally->whole, (double)open->ns, (double)open->whole);
	tally->open = (struct call_fact){0};
}

static void add(const struct call_tallies *tallies, struct call_tally *tally,
		const struct call_fact *fact)
{
	struct call_row *row = &tally->row;

	if (tally->moment != fact->moment)
		close_moment(tallies, tally);
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

/* A process's calls in a moment that the kernel counts, by what it counts. */
struct kernel_calls {
	double of[IO_COUNTS + 1]; /* the last: that it does not count */
};

static void add_fact(struct call_tallies *tallies, const struct call_fact *fact,
		     const struct kernel_calls *kernel)
{
	enum store_io_count count = call_kernel__count(fact->syscall);
	struct call_tally *tally = get(tallies, fact->process, fact->syscall);

	add(tallies, get(tallies, CALLS_OF_ALL, fact->syscall), fact);
	add(tallies, tally, fact);
	add(tallies, get(tallies, fact->process, GROUP_ALL), fact);
	ratio__add(&tally->beside, (double)fact->calls,
		   kernel->of[IO_READ_CALLS] + kernel->of[IO_WRITE_CALLS]);
	if (call_kernel__counts_twice(fact->syscall))
		add(tallies, get(tallies, fact->process, GROUP_TWICE), fact);
	if (count == NO_IO_COUNT)
		return;
	ratio__add(&tally->alike, (double)fact->calls, kernel->of[count]);
	add(tallies, get(tallies, fact->process, GROUP_COUNT + (int64_t)count), fact);
	add(tallies, get(tallies, fact->process, GROUP_KERNEL), fact);
}

/* Those of one process in one moment, which follow each other. Returns where the next begin. */
static guint add_run(struct call_tallies *tallies, const GArray *facts, guint from)
{
	const struct call_fact *first = &g_array_index(facts, struct call_fact, from);
	struct kernel_calls kernel = {0};
	guint end = from;

	for (; end < facts->len; end++) {
		const struct call_fact *fact = &g_array_index(facts, struct call_fact, end);

		if (fact->moment != first->moment || fact->process != first->process)
			break;
		kernel.of[call_kernel__count(fact->syscall)] += (double)fact->calls;
	}
	for (guint i = from; i < end; i++)
		add_fact(tallies, &g_array_index(facts, struct call_fact, i), &kernel);
	return end;
}

struct call_tallies *call_tallies__new(const struct call_facts *facts)
{
	struct call_tallies *tallies = g_new0(struct call_tallies, 1);

	tallies->lengths = facts->lengths;
	tallies->found = g_hash_table_new_full(hash_tally, same_tally, g_free, NULL);
	tallies->all = g_ptr_array_new();
	for (guint i = 0; i < facts->rows->len;)
		i = add_run(tallies, facts->rows, i);
	for (guint i = 0; i < tallies->all->len; i++)
		close_moment(tallies, g_ptr_array_index(tallies->all, i));
	return tallies;
}

void call_tallies__free(struct call_tallies *tallies)
{
	g_ptr_array_free(tallies->all, TRUE);
	g_hash_table_destroy(tallies->found);
	g_free(tallies);
}

const GPtrArray *call_tallies__all(const struct call_tallies *tallies)
{
	return tallies->all;
}

struct ratio call_tallies__rate(const struct call_tallies *tallies, const struct call_tally *tally)
{
	struct ratio rate = {.units = tallies->lengths->len,
			     .y = tally->rate.y,
			     .yy = tally->rate.yy,
			     .xy = tally->rate.xy};

	for (guint i = 0; i < tallies->lengths->len; i++) {
		rate.x += length_of(tallies, i);
		rate.xx += length_of(tallies, i) * length_of(tallies, i);
	}
	return rate;
}
