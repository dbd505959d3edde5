// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Sums on their way into the file: tally, lock book, longest spans, losses and cost. */
#include "desk.h"

#include "collector/cost.h"
#include "collector/lock_book.h"
#include "collector/longest.h"
#include "collector/losses.h"
#include "collector/tally.h"

#include <math.h>
#include <string.h>

static const struct procfs_process program = {.comm = "program", .uid = -1};

static struct roster *new_roster(const struct desk *desk)
{
	struct roster *roster = roster__new(desk->writer);

	roster__add_process(roster, 100, &program);
	roster__set_t0(roster, T0_NS);
	return roster;
}

/* A stack with one frame. */
static store_id new_stack(const struct desk *desk, const char *name)
{
	struct store_frame frame = {.kind = FRAME_NOTE, .symbol = name};
	struct store_stack stack = {0};
	store_id id;

	assert_int_equal(store_writer__frame(desk->writer, &frame, &stack.frame), 0);
	assert_int_equal(store_writer__stack(desk->writer, &stack, &id), 0);
	return id;
}

#define THREADS 3
#define KINDS 4 /* system calls, classes and stacks of the random amounts */

struct totals {
	struct amount ledger[THREADS][SLICES][STATE_WOKEN];
	struct amount evidence[THREADS][SLICES][STATE_WOKEN];
	double weight[THREADS][SLICES][STATE_WOKEN];
};

static void add_random(struct tally *tally, struct thread **threads, const store_id *stacks,
		       struct totals *totals, uint64_t *seed)
{
	int who = (int)desk__random_below(seed, THREADS);
	struct stratum stratum = {
		.thread = threads[who],
		.slice = (uint32_t)desk__random_below(seed, SLICES),
		.state = (int)desk__random_below(seed, STATE_WOKEN),
		.syscall = (int32_t)desk__random_below(seed, KINDS) - 1,
		.class = (int)desk__random_below(seed, KINDS),
	};
	struct amount amount = {
		.count = desk__random_below(seed, 3),
		.ns = desk__random_below(seed, 1000),
		.runqueue_ns = desk__random_below(seed, 1000),
	};
	struct sample sample = {
		.stack = stacks[desk__random_below(seed, KINDS)],
		.futex_op = FUTEX_OP_NONE,
		.scale = (double)(1 + desk__random_below(seed, 4)),
	};
	bool evidence = desk__random_below(seed, 2);
	struct amount *sum =
		&(evidence ? totals->evidence : totals->ledger)[who][stratum.slice][stratum.state];

	sum->count += amount.count;
	sum->ns += amount.ns;
	sum->runqueue_ns += amount.runqueue_ns;
	if (evidence) {
		totals->weight[who][stratum.slice][stratum.state] +=
			(double)amount.ns * sample.scale;
		tally__add_evidence(tally, &stratum, &amount, &sample);
	} else {
		tally__add_ledger(tally, &stratum, &amount);
	}
}

static void take_out(struct totals *totals, const struct rows *rows)
{
	for (guint i = 0; i < rows->ledger->len; i++) {
		const struct store_ledger *row =
			&g_array_index(rows->ledger, struct store_ledger, i);
		struct amount *sum = &totals->ledger[row->thread - 1][row->slice - 1][row->state];

		sum->count -= row->count;
		sum->ns -= row->ns;
		sum->runqueue_ns -= row->runqueue_ns;
	}
	for (guint i = 0; i < rows->evidence->len; i++) {
		const struct store_evidence *row =
			&g_array_index(rows->evidence, struct store_evidence, i);
		struct amount *sum = &totals->evidence[row->thread - 1][row->slice - 1][row->state];

		sum->count -= row->count;
		sum->ns -= row->ns;
		sum->runqueue_ns -= row->runqueue_ns;
		totals->weight[row->thread - 1][row->slice - 1][row->state] -= row->weight;
	}
}

static void what_is_added_is_in_the_file(void **state)
{
	struct desk *desk = *state;
	struct roster *roster = new_roster(desk);
	struct tally *tally = tally__new(desk->writer, roster);
	struct totals *totals = g_new0(struct totals, 1), *zero = g_new0(struct totals, 1);
	struct thread *threads[THREADS];
	store_id stacks[KINDS];
	uint64_t seed = 8;

	for (int i = 0; i < THREADS; i++) {
		threads[i] = roster__thread(roster, 100, 101 + i, 0);
		assert_int_equal(roster__id(roster, threads[i]), i + 1);
	}
	for (int i = 0; i < KINDS; i++)
		stacks[i] = new_stack(desk, "somewhere");
	for (uint32_t before = 0; before <= SLICES; before += 16) {
		for (int i = 0; i < 20000; i++)
			add_random(tally, threads, stacks, totals, &seed);
		/* What is late adds to rows that are there. */
		assert_int_equal(tally__flush(tally, before), 0);
	}
	assert_int_equal(tally__flush(tally, SLICES), 0);
	tally__free(tally);
	roster__free(roster);

	struct rows rows = desk__rows(desk);

	assert_true(rows.ledger->len > 1000);
	take_out(totals, &rows);
	assert_memory_equal(totals, zero, sizeof(*totals)); /* whole numbers: also the weights */
	rows__free(&rows);
	g_free(totals);
	g_free(zero);
}

static void later_slices_wait(void **state)
{
	struct desk *desk = *state;
	struct roster *roster = new_roster(desk);
	struct tally *tally = tally__new(desk->writer, roster);
	struct stratum stratum = {.thread = roster__thread(roster, 100, 100, 0)};
	struct amount amount = {.count = 1, .ns = 10};

	for (stratum.slice = 0; stratum.slice < 10; stratum.slice++)
		tally__add_ledger(tally, &stratum, &amount);
	assert_int_equal(tally__flush(tally, 4), 0);
	assert_int_equal(tally__flush(tally, 4), 0);
	tally__free(tally); /* what was not flushed is not written */
	tally__free(NULL);
	roster__free(roster);

	struct rows rows = desk__rows(desk);

	assert_int_equal(rows.ledger->len, 4);
	assert_int_equal(rows__ledger(&rows, -1, -1, -1).ns, 40);
	rows__free(&rows);
}

struct lock_sums {
	int64_t count, ns, max_ns, rows;
	double weight;
};

static int sum_wait(void *ctx, const struct store_lock_wait *row)
{
	struct lock_sums *sums = ctx;

	assert_int_equal(row->address, 0xffff888812345678);
	assert_int_equal(row->lock, LOCK_MUTEX);
	sums->count += row->count;
	sums->ns += row->ns;
	sums->max_ns = MAX(sums->max_ns, row->max_ns);
	sums->rows++;
	return 0;
}

static int sum_lock_stack(void *ctx, const struct store_lock_evidence *row)
{
	struct lock_sums *sums = ctx;

	assert_int_equal(row->lock, LOCK_MUTEX);
	sums->count += row->count;
	sums->ns += row->ns;
	sums->weight += row->weight;
	sums->rows++;
	return 0;
}

static void lock_waits_are_in_the_file(void **state)
{
	struct desk *desk = *state;
	struct roster *roster = new_roster(desk);
	struct lock_book *book = lock_book__new(desk->writer, roster);
	struct thread *thread = roster__thread(roster, 100, 100, 0);
	store_id stack = new_stack(desk, "lock");
	struct lock_sums waits = {0}, stacks = {0};

	for (uint32_t i = 0; i < 20; i++) {
		struct wf_lock_key key = {.address = 0xffff888812345678,
					  .tid = 100,
					  .tgid = 100,
					  .slice = i,
					  .kind = LOCK_MUTEX};
		struct wf_lock_sum sum = {.count = 2, .ns = 100 + i, .max_ns = 90 + i};
		struct lock_stack sample = {.thread = thread,
					    .slice = i,
					    .address = key.address,
					    .lock = LOCK_MUTEX,
					    .stack = stack,
					    .ns = 10,
					    .scale = 4};

		lock_book__add_waits(book, thread, &key, &sum);
		lock_book__add_stack(book, &sample);
	}
	assert_int_equal(lock_book__flush(book, 7), 0);
	assert_int_equal(lock_book__flush(book, 15), 0);
	lock_book__free(book);
	lock_book__free(NULL);
	roster__free(roster);

	struct store_reader *reader = desk__read(desk);

	assert_int_equal(store_reader__each_lock_wait(reader, sum_wait, &waits), 0);
	assert_int_equal(store_reader__each_lock_evidence(reader, sum_lock_stack, &stacks), 0);
	assert_int_equal(waits.rows, 15);
	assert_int_equal(waits.count, 30);
	assert_int_equal(waits.ns, 15 * 100 + 14 * 15 / 2);
	assert_int_equal(waits.max_ns, 104);
	assert_int_equal(stacks.rows, 15);
	assert_int_equal(stacks.ns, 150);
	assert_true(fabs(stacks.weight - 600) < 1e-9);
	store_reader__close(reader);
}

static gint descending(gconstpointer a, gconstpointer b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x > y ? -1 : x < y;
}

static void the_longest_are_kept(void **state)
{
	struct desk *desk = *state;
	struct roster *roster = new_roster(desk);
	struct longest *longest = longest__new(10);
	GArray *lengths = g_array_new(FALSE, FALSE, sizeof(int64_t));
	uint64_t seed = 12;

	for (int i = 0; i < 1000; i++) {
		int64_t length = desk__random_below(&seed, 5000);
		struct long_span span = {
			.thread = roster__thread(roster, 100, 100, 0),
			.off_ns = T0_NS + i,
			.on_ns = T0_NS + i + length,
			.state = STATE_INTERRUPTIBLE,
			.syscall = 7,
		};

		longest__add(longest, &span);
		g_array_append_val(lengths, length);
	}
	assert_int_equal(longest__write(longest, desk->writer, roster), 0);
	longest__free(longest);
	longest__free(NULL);
	roster__free(roster);
	g_array_sort(lengths, descending);

	struct rows rows = desk__rows(desk);

	assert_int_equal(rows.spans->len, 10);
	for (guint i = 0; i < 10; i++) {
		const struct store_span *span = &g_array_index(rows.spans, struct store_span, i);

		assert_int_equal(span->end_ns - span->start_ns, g_array_index(lengths, int64_t, i));
		assert_int_equal(span->syscall, 7);
		assert_int_equal(span->stack, 0);
	}
	rows__free(&rows);
	g_array_free(lengths, TRUE);
}

/* Beside the longest; one that is both is there once. */
static void the_longest_waits_for_a_cpu_are_kept(void **state)
{
	struct desk *desk = *state;
	struct roster *roster = new_roster(desk);
	struct longest *longest = longest__new(10);
	bool found[40] = {false};

	for (int i = 0; i < 40; i++) {
		struct long_span sleep = {
			.thread = roster__thread(roster, 100, 100, 0),
			.off_ns = T0_NS + i,
			.on_ns = T0_NS + i + 1000 + i,
			.runqueue_ns = i == 39 ? 500 : 0,
			.state = STATE_INTERRUPTIBLE,
		};
		/* Woken and waiting at the end of it, or preempted: then it is all a wait. */
		struct long_span wait = {
			.thread = sleep.thread,
			.off_ns = T0_NS + i,
			.on_ns = T0_NS + i + (i % 2 ? 100 + i : 500),
			.runqueue_ns = i % 2 ? 0 : 100 + i,
			.state = i % 2 ? STATE_PREEMPTED : STATE_INTERRUPTIBLE,
		};

		longest__add(longest, &sleep);
		longest__add(longest, &wait);
	}
	assert_int_equal(longest__write(longest, desk->writer, roster), 0);
	longest__free(longest);
	roster__free(roster);

	struct rows rows = desk__rows(desk);

	assert_int_equal(rows.spans->len, 19);
	for (guint i = 0; i < rows.spans->len; i++) {
		const struct store_span *span = &g_array_index(rows.spans, struct store_span, i);
		int64_t length = span->end_ns - span->start_ns, number = span->start_ns - T0_NS;

		if (length >= 1000) {
			assert_true(number >= 30);
			continue;
		}
		/* The sleep with 500 ns is the longest wait, the nine after it are these. */
		assert_in_range(number, 31, 39);
		assert_false(found[number]);
		found[number] = true;
	}
	rows__free(&rows);
}

static int keep_loss(void *ctx, const char *kind, int64_t count, const char *meaning)
{
	assert_true(meaning[0]);
	g_hash_table_insert(ctx, g_strdup(kind), GINT_TO_POINTER((int)count));
	return 0;
}

static void losses_have_rows(void **state)
{
	struct desk *desk = *state;
	struct wf_losses kernel = {.threads = 1,
				   .processes = 2,
				   .stacks = 3,
				   .spans = 4,
				   .births = 5,
				   .locks = 6,
				   .lock_stacks = 7,
				   .lock_depth = 8,
				   .smeared = 9,
				   .raced_sleeps = 12};
	struct losses own = {.clock_records = 10, .gaps.locks = true};
	GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct store_reader *reader;
	int64_t total;

	assert_int_equal(losses__write(desk->writer, &kernel, &own, &total), 0);
	assert_int_equal(total, 45 + 12 + 10 + 1);
	reader = desk__read(desk);
	assert_int_equal(store_reader__each_loss(reader, keep_loss, found), 0);
	store_reader__close(reader);
	assert_int_equal(g_hash_table_size(found), 12); /* what did not happen has no row */
	assert_int_equal(GPOINTER_TO_INT(g_hash_table_lookup(found, "threads")), 1);
	assert_int_equal(GPOINTER_TO_INT(g_hash_table_lookup(found, "span-ends")), 4);
	assert_int_equal(GPOINTER_TO_INT(g_hash_table_lookup(found, "smeared-slices")), 9);
	assert_int_equal(GPOINTER_TO_INT(g_hash_table_lookup(found, "raced-sleeps")), 12);
	assert_int_equal(GPOINTER_TO_INT(g_hash_table_lookup(found, "clock-records")), 10);
	assert_int_equal(GPOINTER_TO_INT(g_hash_table_lookup(found, "lock-tracepoints")), 1);
	assert_null(g_hash_table_lookup(found, "spilled-spans"));
	g_hash_table_destroy(found);
}

static void no_loss_no_row(void **state)
{
	struct desk *desk = *state;
	GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	struct store_reader *reader;
	int64_t total = 1;

	assert_int_equal(
		losses__write(desk->writer, &(struct wf_losses){0}, &(struct losses){0}, &total),
		0);
	assert_int_equal(total, 0);
	reader = desk__read(desk);
	assert_int_equal(store_reader__each_loss(reader, keep_loss, found), 0);
	assert_int_equal(g_hash_table_size(found), 0);
	store_reader__close(reader);
	g_hash_table_destroy(found);
}

static int keep_cost(void *ctx, const char *name, int64_t value, const char *unit)
{
	assert_true(unit[0]);
	g_hash_table_insert(ctx, g_strdup(name), g_memdup2(&value, sizeof(value)));
	return 0;
}

static void cost_has_rows(void **state)
{
	struct desk *desk = *state;
	struct cost cost = {.window_cpu_ns = 11,
			    .reader_cpu_ns = 17,
			    .oracle_skew_ns = 12,
			    .io_skew_ns = 18,
			    .bpf_measured_ns = 13,
			    .bpf = {.runs = 14, .ns = 15},
			    .records = 16};
	const struct {
		const char *name;
		int64_t value; /* at least; exact below 100 */
	} expected[] = {
		{"collector-cpu-in-window", 11},
		{"elf-reader-cpu", 17},
		{"oracle-skew", 12},
		{"io-skew", 18},
		{"bpf-measured", 13},
		{"bpf-runs-in-measured", 14},
		{"bpf-time-in-measured", 15},
		{"ring-records", 16},
		{"collector-cpu", 1000},
		{"collector-peak-memory", 1000000},
		{"file-size", 1000},
	};
	GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	struct store_reader *reader;

	assert_int_equal(cost__write(&cost, 1000000, desk->writer), 0);
	reader = desk__read(desk);
	assert_int_equal(store_reader__each_cost(reader, keep_cost, found), 0);
	store_reader__close(reader);
	for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
		const int64_t *value = g_hash_table_lookup(found, expected[i].name);

		assert_non_null(value);
		if (expected[i].value < 100)
			assert_int_equal(*value, expected[i].value);
		else
			assert_true(*value >= expected[i].value);
	}
	g_hash_table_destroy(found);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk__setup, desk__teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_added_is_in_the_file),
		TEST(later_slices_wait),
		TEST(lock_waits_are_in_the_file),
		TEST(the_longest_are_kept),
		TEST(the_longest_waits_for_a_cpu_are_kept),
		TEST(losses_have_rows),
		TEST(no_loss_no_row),
		TEST(cost_has_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
