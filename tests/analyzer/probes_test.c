// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What probe points have counted and timed, in the rows of the hot functions. */
#include "book.h"

#include <math.h>
#include <string.h>
#include <sys/syscall.h>

#define OPEN "main;open64|do_syscall_64;do_sys_openat2;path_openat;io_schedule"

static store_id point(struct book *book, const char *name, enum store_backend backend,
		      enum store_counts counts, const char *note)
{
	const struct store_probe row = {name, backend, counts, note};
	store_id id;

	assert_int_equal(store_writer__probe(book->writer, &row, &id), 0);
	return id;
}

static void calls(struct book *book, struct store_probe_call row)
{
	assert_int_equal(store_writer__probe_call(book->writer, &row), 0);
}

static void bucket(struct book *book, store_id probe, store_id thread, int64_t from, int64_t below,
		   int64_t count, double weight)
{
	const struct store_histogram row = {probe, thread, from, below, count, weight};

	assert_int_equal(store_writer__histogram(book->writer, &row), 0);
}

static void place(struct book *book, store_id probe, enum store_backend backend, const char *name,
		  const char *error)
{
	const struct store_probe_place row = {probe, backend, name, error};

	assert_int_equal(store_writer__probe_place(book->writer, &row), 0);
}

static void stack(struct book *book, store_id probe, store_id thread, const char *text,
		  double weight)
{
	const struct store_probe_evidence row = {
		probe, thread, 1, book__stack(book, text), 1, (int64_t)weight, weight};

	assert_int_equal(store_writer__probe_evidence(book->writer, &row), 0);
}

/* A thread that slept in open(2), with or without a stack of it. */
static void sleep_in_open(struct book *book, store_id thread, const char *text)
{
	book__ledger(book, (struct store_ledger){thread, 1, STATE_IO_WAIT, SYS_openat, 29, 1,
						 600000000, 0});
	if (text)
		book__evidence(book,
			       (struct store_evidence){thread, 1, STATE_IO_WAIT, SYS_openat, 29,
						       book__stack(book, text), LOCK_NONE,
						       FUTEX_OP_NONE, 1, 600000000, 0, 6e8, 0});
}

static void all_timed_is_exact(void **state)
{
	struct book *book = book__open(1);
	store_id one = book__thread(book, 1), two = book__thread(book, 2);
	store_id openat = point(book, "openat", BACKEND_FENTRY, COUNTS_CALLS, NULL);
	struct analysis *analysis;
	const struct function_row *row;

	(void)state;
	calls(book, (struct store_probe_call){openat, one, 4, 4, 4000, 1900, 4, 4000, 0, 0, 0});
	calls(book, (struct store_probe_call){openat, two, 1, 1, 90, 90, 1, 90, 0, 0, 0});
	bucket(book, openat, one, 512, 1024, 3, 3);
	bucket(book, openat, one, 1024, 2048, 1, 1);
	bucket(book, openat, two, 64, 128, 1, 1);
	analysis = book__analyze(book);
	row = function_of(analysis, "openat");
	assert_int_equal(row->calls, 5);
	assert_true(row->calls_exact);
	assert_string_equal(row->counts, "calls");
	assert_string_equal(row->backend, "fentry");
	assert_null(row->note);
	assert_true(row->inside.ns == 4090);
	assert_true(row->inside.low == 4090 && row->inside.high == 4090);
	assert_int_equal(row->bucket_count, 3);
	assert_true(row->buckets[0].from_ns == 64 && row->buckets[0].calls == 1);
	assert_true(row->buckets[1].below_ns == 1024 && row->buckets[1].calls == 3);
	assert_true(row->buckets[2].from_ns == 1024 && row->buckets[2].calls == 1);
	assert_int_equal(row->inside.basis, BASIS_EXACT);
	assert_int_equal(row->latency.timed, 5);
	assert_true(row->latency.exact);
	assert_true(row->latency.max_ns == 1900);
	/* The 2.5th of 5: half of the three from 512 on, evenly over the logarithm. */
	assert_near(row->latency.p50_ns, 512 * sqrt(2));
	/* The longest bucket ends at the longest call. */
	assert_near(row->latency.p99_ns, 1024 * pow(1900.0 / 1024, 0.95));
	assert_true(row->latency.p50_ns <= row->latency.p90_ns);
	assert_true(row->latency.p99_ns <= row->latency.p999_ns);
	assert_true(row->latency.p999_ns <= row->latency.max_ns);
	analysis__free(analysis);
	book__free(book);
}

/* One thread of a thousand calls has two timed: its lengths count for all of them. */
static void threads_count_by_their_calls(void **state)
{
	struct book *book = book__open(1);
	store_id one = book__thread(book, 1), two = book__thread(book, 2);
	store_id dput = point(book, "dput", BACKEND_KPROBE, COUNTS_CALLS, "no BTF");
	struct analysis *analysis;
	const struct function_row *row;

	(void)state;
	calls(book, (struct store_probe_call){dput, one, 1000, 2, 20000, 10000, 800, 8e6, 319200,
					      3192e6, 3192e10});
	bucket(book, dput, one, 8192, 16384, 2, 800);
	calls(book,
	      (struct store_probe_call){dput, two, 100, 100, 10000, 100, 100, 10000, 0, 0, 0});
	bucket(book, dput, two, 64, 128, 100, 100);
	analysis = book__analyze(book);
	row = function_of(analysis, "dput");
	assert_int_equal(row->calls, 1100);
	assert_string_equal(row->note, "no BTF");
	assert_near(row->inside.ns, 1e7 + 1e4);
	assert_int_equal(row->inside.basis, BASIS_SAMPLED);
	assert_true(row->inside.low >= 30000 && row->inside.low < 1e7);
	assert_true(row->inside.high > 1.1e7);
	assert_int_equal(row->latency.timed, 102);
	assert_false(row->latency.exact);
	/* The 550th of 1100 is the 450th of the 1000. */
	assert_near(row->latency.p50_ns, 8192 * pow(10000.0 / 8192, 0.45));
	analysis__free(analysis);
	book__free(book);
}

static void a_thread_without_times_borrows(void **state)
{
	static const struct {
		int64_t calls; /* of the thread that has no times */
		enum basis basis;
	} cases[] = {{10, BASIS_SAMPLED}, {100, BASIS_ESTIMATED}};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct book *book = book__open(1);
		store_id one = book__thread(book, 1), two = book__thread(book, 2);
		store_id dput = point(book, "dput", BACKEND_FENTRY, COUNTS_CALLS, NULL);
		struct analysis *analysis;
		const struct function_row *row;

		calls(book, (struct store_probe_call){dput, one, 1000, 1000, 50000, 90, 1000, 50000,
						      0, 0, 0});
		calls(book, (struct store_probe_call){
				    .probe = dput, .thread = two, .calls = cases[i].calls});
		analysis = book__analyze(book);
		row = function_of(analysis, "dput");
		assert_near(row->inside.ns, 50000 + 50.0 * (double)cases[i].calls);
		/* What was measured, and hardly more. */
		assert_true(row->inside.low >= 50000);
		assert_true(row->inside.low < 50000 + 25.0 * (double)cases[i].calls);
		assert_true(row->inside.high > 50000 + 100.0 * (double)cases[i].calls);
		assert_int_equal(row->inside.basis, cases[i].basis);
		assert_false(row->latency.exact);
		assert_true(isnan(row->latency.p50_ns)); /* no histogram */
		analysis__free(analysis);
		book__free(book);
	}
}

static void lose(struct book *book, const char *kind)
{
	assert_int_equal(store_writer__loss(book->writer, kind, 3, "of a test"), 0);
}

/* Three points of which every call was timed, and one that is known by sleeps alone. */
static struct analysis *analyze_with(const char *loss)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	store_id openat = point(book, "openat", BACKEND_TRACEPOINT, COUNTS_CALLS, NULL);
	store_id dput = point(book, "dput", BACKEND_FENTRY, COUNTS_CALLS, NULL);
	store_id inode = point(book, "inode-lock", BACKEND_TRACEPOINT, COUNTS_WAITS, NULL);
	store_id fill = point(book, "page-cache-fill", BACKEND_TRACEPOINT, COUNTS_PAGES, NULL);
	struct analysis *analysis;

	point(book, "futex-wait", BACKEND_EVIDENCE, COUNTS_NOTHING, NULL);
	book__ledger(book, (struct store_ledger){thread, 1, STATE_INTERRUPTIBLE, SYS_futex, 20, 9,
						 10000000, 0});
	for (store_id id = openat; id <= inode; id++)
		calls(book, (struct store_probe_call){id, thread, 2, 2, 300, 200, 2, 300, 0, 0, 0});
	assert_true(openat < dput && dput < inode);
	calls(book, (struct store_probe_call){.probe = fill, .thread = thread, .calls = 7});
	if (loss)
		lose(book, loss);
	analysis = book__analyze(book);
	book__free(book);
	return analysis;
}

static void assert_counts(const char *loss, const char *name, bool exact)
{
	struct analysis *analysis = analyze_with(loss);
	const struct function_row *row = function_of(analysis, name);

	if (row->calls_exact != exact)
		fail_msg("%s with %s", name, loss ? loss : "no loss");
	assert_true(row->calls > 0);
	if (row->latency.timed) {
		assert_int_equal(row->latency.exact, exact);
		assert_int_equal(row->inside.basis, exact ? BASIS_EXACT : BASIS_ESTIMATED);
		assert_true(row->inside.ns == 300);
	}
	analysis__free(analysis);
}

static void what_was_not_seen_is_no_exact_count(void **state)
{
	static const char *const names[] = {"openat", "dput", "inode-lock", "page-cache-fill",
					    "futex-wait"};
	static const struct {
		const char *loss;
		bool spared[G_N_ELEMENTS(names)];
	} cases[] = {
		{NULL, {true, true, true, true, true}},
		{"stacks", {true, true, true, true, true}},
		{"timed-calls", {true, true, true, true, true}},
		{"missed-runs", {false, false, false, false, false}},
		{"processes", {false, false, false, false, false}},
		{"callers", {false, false, false, false, true}},
		{"probe-calls", {false, false, false, false, true}},
		{"uncounted-calls", {false, false, false, true, true}},
		{"call-ends", {false, false, true, true, true}},
		{"threads", {true, true, false, true, false}},
		{"lock-depth", {true, true, false, true, true}},
		{"spilled-spans", {true, true, true, true, false}},
		{"switches", {false, true, true, true, false}},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		for (size_t name = 0; name < G_N_ELEMENTS(names); name++)
			assert_counts(cases[i].loss, names[name], cases[i].spared[name]);
}

/* Sampled times stay what they are, but no interval holds what nobody saw. */
static void sampled_times_are_estimates_after_a_loss(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	store_id dput = point(book, "dput", BACKEND_KPROBE, COUNTS_CALLS, NULL);
	struct analysis *analysis;
	const struct function_row *row;

	(void)state;
	calls(book, (struct store_probe_call){dput, thread, 1000, 2, 20000, 10000, 800, 8e6, 319200,
					      3192e6, 3192e10});
	lose(book, "call-ends");
	analysis = book__analyze(book);
	row = function_of(analysis, "dput");
	assert_false(row->calls_exact);
	assert_int_equal(row->inside.basis, BASIS_ESTIMATED);
	assert_near(row->inside.ns, 1e7);
	assert_true(row->inside.high > 1.1e7);
	analysis__free(analysis);
	book__free(book);
}

/* Counts are written when a capture ends. */
static void a_capture_that_was_cut_off_has_no_counts(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	struct analysis *analysis;
	char *error = NULL;
	const struct function_row *row;

	(void)state;
	point(book, "dput", BACKEND_FENTRY, COUNTS_CALLS, NULL);
	sleep_in_open(book, thread, OPEN);
	assert_int_equal(store_writer__commit(book->writer), 0);
	store_writer__abandon(book->writer, false);
	book->writer = NULL;
	if (analysis__load(&analysis, book->path, &error))
		fail_msg("%s", error);
	row = function_of(analysis, "dput");
	assert_string_equal(row->backend, "fentry");
	assert_int_equal(row->calls, -1);
	assert_null(row->counts);
	analysis__free(analysis);
	book__free(book);
}

static void counted_but_never_timed(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	store_id fill = point(book, "page-cache-fill", BACKEND_TRACEPOINT, COUNTS_PAGES, NULL);
	store_id inode = point(book, "inode-lock", BACKEND_TRACEPOINT, COUNTS_WAITS, NULL);
	struct analysis *analysis;
	const struct function_row *row;

	(void)state;
	(void)inode;
	calls(book, (struct store_probe_call){.probe = fill, .thread = thread, .calls = 77});
	analysis = book__analyze(book);
	row = function_of(analysis, "page-cache-fill");
	assert_int_equal(row->calls, 77);
	assert_string_equal(row->counts, "pages");
	assert_int_equal(row->latency.timed, 0);
	assert_true(row->inside.ns == 0 && row->inside.high == 0);
	row = function_of(analysis, "inode-lock");
	assert_int_equal(row->calls, 0); /* counted, and there were none */
	assert_string_equal(row->counts, "waits");
	analysis__free(analysis);
	book__free(book);
}

static void without_points_the_evidence_is_left(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	struct analysis *analysis;
	const struct function_row *row;

	(void)state;
	point(book, "futex-wait", BACKEND_EVIDENCE, COUNTS_NOTHING, "locked down");
	book__ledger(book, (struct store_ledger){thread, 1, STATE_INTERRUPTIBLE, SYS_futex, 20, 9,
						 10000000, 0});
	analysis = book__analyze(book);
	row = function_of(analysis, "futex-wait");
	assert_int_equal(row->calls, 9);
	assert_string_equal(row->counts, "sleeps");
	assert_string_equal(row->note, "locked down");
	row = function_of(analysis, "dput"); /* as of a capture of version 1 */
	assert_int_equal(row->calls, -1);
	assert_null(row->counts);
	assert_null(row->note);
	assert_string_equal(row->backend, "evidence");
	assert_int_equal(row->place_count, 0);
	analysis__free(analysis);
	book__free(book);
}

static void symbols_come_from_the_best_there_is(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	store_id openat = point(book, "openat", BACKEND_KPROBE, COUNTS_CALLS, NULL);
	store_id dput = point(book, "dput", BACKEND_FENTRY, COUNTS_CALLS, NULL);
	store_id alloc = point(book, "fd-alloc", BACKEND_FENTRY, COUNTS_CALLS, NULL);
	store_id fill = point(book, "page-cache-fill", BACKEND_TRACEPOINT, COUNTS_PAGES, NULL);
	struct analysis *analysis;
	const struct function_row *row;

	(void)state;
	sleep_in_open(book, thread, OPEN);
	place(book, openat, BACKEND_FENTRY, "do_sys_openat2", "not supported");
	place(book, openat, BACKEND_KPROBE, "do_sys_openat2", NULL);
	stack(book, openat, thread, "main|do_syscall_64;do_sys_openat2", 9e9);
	place(book, dput, BACKEND_FENTRY, "dput", NULL);
	stack(book, dput, thread, "main|do_syscall_64;path_put;dput_to_list", 5);
	stack(book, dput, thread, "main|do_syscall_64;path_put;lockref_put", 4);
	place(book, alloc, BACKEND_TRACEPOINT, "syscalls:sys_enter_openat", NULL);
	place(book, alloc, BACKEND_FENTRY, "__alloc_fd", "no such function");
	place(book, alloc, BACKEND_FENTRY, "alloc_fd", NULL);
	place(book, fill, BACKEND_TRACEPOINT, "filemap:mm_filemap_add_to_page_cache", NULL);
	analysis = book__analyze(book);
	row = function_of(analysis, "openat");
	assert_string_equal(row->symbol, "path_openat");
	assert_int_equal(row->place_count, 2);
	assert_string_equal(row->places[0].backend, "fentry");
	assert_string_equal(row->places[0].error, "not supported");
	assert_string_equal(row->places[1].backend, "kprobe");
	assert_string_equal(row->places[1].place, "do_sys_openat2");
	assert_null(row->places[1].error);
	assert_string_equal(function_of(analysis, "dput")->symbol, "dput_to_list");
	assert_string_equal(function_of(analysis, "fd-alloc")->symbol, "alloc_fd");
	assert_null(function_of(analysis, "page-cache-fill")->symbol);
	analysis__free(analysis);
	book__free(book);
}

/* Collectors may come to know more points than this table: they are shown all the same. */
static void a_stranger_is_shown(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	store_id late = point(book, "unlinkat", BACKEND_KPROBE, COUNTS_CALLS, NULL);
	struct analysis *analysis;
	const struct function_row *row;

	(void)state;
	sleep_in_open(book, thread, OPEN);
	calls(book, (struct store_probe_call){late, thread, 2, 2, 30, 20, 2, 30, 0, 0, 0});
	place(book, late, BACKEND_KPROBE, "do_unlinkat", NULL);
	analysis = book__analyze(book);
	assert_int_equal(analysis->function_count, 7);
	row = function_of(analysis, "unlinkat");
	assert_string_equal(row->symbol, "do_unlinkat");
	assert_int_equal(row->calls, 2);
	assert_true(row->inside.ns == 30);
	assert_int_equal(row->wall.basis, BASIS_ESTIMATED); /* nothing is known but a bound */
	assert_near(row->wall.high, 600000000);
	assert_near(row->blocked.high, 600000000);
	analysis__free(analysis);
	book__free(book);
}

/* The point's stacks overlap the evidence: no cause and no piece comes from them. */
static void nothing_is_added_twice(void **state)
{
	char *texts[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct book *book = book__open(1);
		store_id thread = book__thread(book, 1);
		store_id openat = point(book, "openat", BACKEND_FENTRY, COUNTS_CALLS, NULL);
		struct analysis *analysis;

		sleep_in_open(book, thread, OPEN);
		if (i)
			stack(book, openat, thread, OPEN, 7e8);
		analysis = book__analyze(book);
		texts[i] = text_of(analysis);
		analysis__free(analysis);
		book__free(book);
	}
	assert_string_equal(texts[0], texts[1]);
	g_free(texts[0]);
	g_free(texts[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_timed_is_exact),
		cmocka_unit_test(threads_count_by_their_calls),
		cmocka_unit_test(a_thread_without_times_borrows),
		cmocka_unit_test(what_was_not_seen_is_no_exact_count),
		cmocka_unit_test(sampled_times_are_estimates_after_a_loss),
		cmocka_unit_test(a_capture_that_was_cut_off_has_no_counts),
		cmocka_unit_test(counted_but_never_timed),
		cmocka_unit_test(without_points_the_evidence_is_left),
		cmocka_unit_test(symbols_come_from_the_best_there_is),
		cmocka_unit_test(a_stranger_is_shown),
		cmocka_unit_test(nothing_is_added_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
