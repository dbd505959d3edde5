// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Captures that no collector writes: an error or a consistent analysis, never worse. */
#include "book.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "analyzer/comparison.h"

#define FLIPS 400

static void write_points(struct book *book, store_id thread, store_id stack)
{
	static const struct store_probe points[] = {
		{"openat", BACKEND_FENTRY, COUNTS_CALLS, NULL},
		{"dput", BACKEND_EVIDENCE, COUNTS_NOTHING, "locked down"},
	};
	store_id id;

	for (size_t i = 0; i < G_N_ELEMENTS(points); i++)
		store_writer__probe(book->writer, &points[i], &id);
	store_writer__probe_place(
		book->writer, &(struct store_probe_place){1, BACKEND_FENTRY, "do_sys_open", NULL});
	store_writer__probe_call(
		book->writer,
		&(struct store_probe_call){1, thread, 90, 3, 300, 200, 30, 3000, 270, 27000, 3e6});
	store_writer__histogram(book->writer, &(struct store_histogram){1, thread, 64, 128, 2, 20});
	store_writer__histogram(book->writer,
				&(struct store_histogram){1, thread, 128, 256, 1, 10});
	store_writer__probe_evidence(
		book->writer, &(struct store_probe_evidence){1, thread, 1, stack, 1, 200, 2000});
}

static struct book *write_sample(void)
{
	struct book *book = book__open(2);
	store_id thread = book__thread(book, 1);
	store_id stack = book__stack(book, "main|do_syscall_64;ksys_read;pipe_read;schedule");

	for (int slice = 1; slice <= 2; slice++) {
		book__ledger(book, (struct store_ledger){thread, slice, STATE_INTERRUPTIBLE,
							 SYS_read, 20, 9, 9000000, 100});
		book__ledger(book, (struct store_ledger){thread, slice, STATE_RUNNING, SYSCALL_NONE,
							 0, 9, 5000000, 0});
		book__evidence(book,
			       (struct store_evidence){thread, slice, STATE_INTERRUPTIBLE, SYS_read,
						       20, stack, LOCK_NONE, FUTEX_OP_NONE, 3,
						       3000000, 10, 6000000, 20});
		book__evidence(book, (struct store_evidence){thread, slice, STATE_RUNNING,
							     SYSCALL_NONE, 0, stack, LOCK_NONE,
							     FUTEX_OP_NONE, 3, 3000, 0, 3000, 0});
	}
	store_writer__span(
		book->writer,
		&(struct store_span){thread, T0, T0 + 10, 0, STATE_INTERRUPTIBLE, SYS_read, stack});
	store_writer__lock_wait(book->writer,
				&(struct store_lock_wait){thread, 1, 7, LOCK_SPIN, 9, 900, 100});
	store_writer__lock_evidence(book->writer, &(struct store_lock_evidence){
							  thread, 1, 7, LOCK_SPIN, stack, 1, 9, 9});
	write_points(book, thread, stack);
	store_writer__pace(book->writer,
			   &(struct store_pace){T0, PACE_LEDGER, 1000000, -1, "asked for"});
	store_writer__pace(book->writer,
			   &(struct store_pace){T0, PACE_LEDGER, 250000, 31000, "too dear"});
	store_writer__thread_loss(book->writer, &(struct store_thread_loss){thread, "stacks", 5});
	book__close(book);
	return book;
}

/* Whatever is in it: to itself, at another time, nothing has changed. */
static void compare_with_itself(const struct analysis *analysis)
{
	static const enum divisor divisors[] = {PER_WALL_SECOND, PER_THREAD_SECOND, PER_WORK};
	struct analysis later = *analysis;

	later.capture.started_unix_ns ^= 1;
	for (size_t i = 0; i < G_N_ELEMENTS(divisors); i++) {
		const struct comparison_request request = {.divisor = divisors[i],
							   .operations = {7, 7}};
		struct comparison *comparison;
		char *error = NULL;

		if (comparison__new(&comparison, analysis, &later, &request, &error)) {
			assert_non_null(error);
			free(error);
			continue;
		}
		for (int table = 0; table < COMPARED_COUNT; table++) {
			for (size_t row = 0; row < comparison->tables[table].count; row++) {
				const struct change_row *change =
					&comparison->tables[table].rows[row];

				assert_true(isfinite(change->side[SIDE_AFTER].value));
				assert_true(change->change == 0);
				assert_true(change->low <= 0 && 0 <= change->high);
				assert_true(change->verdict >= VERDICT_SAME);
			}
		}
		comparison__free(comparison);
	}
}

/* Returns the status; a success must be consistent, a failure explained. */
static int load(const struct book *book)
{
	struct analysis *analysis;
	char *error = NULL;
	int status = analysis__load(&analysis, book->path, &error);

	if (status) {
		assert_true(status < 0);
		assert_null(analysis);
		assert_non_null(error);
		free(error);
		return status;
	}
	for (size_t i = 0; i < analysis->piece_count; i++) {
		size_t count;

		(void)analysis__stack(analysis, analysis->pieces[i].stack, &count);
		assert_true(isfinite(analysis->pieces[i].ns));
	}
	assert_consistent(analysis);
	compare_with_itself(analysis);
	analysis__free(analysis);
	return 0;
}

static void change(const struct book *book, const char *sql)
{
	sqlite3 *db;
	char *error = NULL;

	assert_int_equal(sqlite3_open(book->path, &db), SQLITE_OK);
	if (sqlite3_exec(db, "PRAGMA ignore_check_constraints = 1", NULL, NULL, NULL) ||
	    sqlite3_exec(db, sql, NULL, NULL, &error))
		fail_msg("%s: %s", sql, error);
	sqlite3_close(db);
}

/* Of each thread and slice, time that was not watched, and what says of what it is the rest. */
#define UNOBSERVED                                                                 \
	"INSERT INTO ledger SELECT DISTINCT thread, slice, 7, -1, 0, 5, 8000000, " \
	"2000000 FROM ledger;"

static const char deep_stack[] =
	"WITH RECURSIVE n (i) AS (SELECT 6 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) "
	"INSERT INTO stack SELECT i, i - 1, 1 FROM n";

#define A_MOMENT "INSERT INTO call_moment VALUES (1, 5, 6);"
static const char call_of_nobody[] = A_MOMENT
	"INSERT INTO call_sample VALUES (1, 77, 0, 1, 0, 1, 0, 0)";
static const char call_with_errors[] = A_MOMENT
	"INSERT INTO call_sample VALUES (1, 1, 0, 1, 2, 1, 0, 0)";
static const char call_of_no_number[] = A_MOMENT
	"INSERT INTO call_sample VALUES (1, 1, -3, 1, 0, 1, 0, 0)";
static const char odd_sampling[] =
	"INSERT INTO call_sampling VALUES (1, 1000000, 4611686018427387903, x'1b5b324a' || '')";
static const char many_calls[] =
	"INSERT INTO call_moment VALUES (1, 0, 4611686018427387903);"
	"INSERT INTO call_sample VALUES (1, 1, 0, 1000000000000000000, 0, 1000000000000000000, "
	"1000000000000000000, 1000000000000000000)";
static const char no_calls[] = A_MOMENT
	"INSERT INTO call_sample VALUES (1, 1, -2, 0, 0, NULL, 0, 0)";

static void damage_is_refused(void **state)
{
	static const char *const damages[] = {
		"UPDATE evidence SET weight = 9e999",
		"UPDATE evidence SET weight = -1",
		"UPDATE evidence SET weight = 1e-300",
		"UPDATE evidence SET runqueue_weight = 1e300",
		"UPDATE evidence SET thread = 99",
		"UPDATE evidence SET stack = 12345",
		"UPDATE evidence SET slice = -4",
		"UPDATE evidence SET class = 64",
		"UPDATE evidence SET ns = -9223372036854775807 - 1",
		"UPDATE evidence SET syscall = 1 << 40",
		"UPDATE ledger SET thread = 99",
		"UPDATE ledger SET ns = -1",
		"UPDATE ledger SET ns = 9223372036854775807",
		"UPDATE ledger SET class = -1 WHERE state = 2",
		"UPDATE ledger SET state = 6 WHERE state = 2",
		"UPDATE thread SET process = 77",
		"UPDATE thread SET start_ns = 9223372036854775807",
		"UPDATE capture SET t0_ns = -9223372036854775807",
		"UPDATE stack SET parent = id + 1 WHERE id = 1",
		"UPDATE stack SET parent = id WHERE id = 2",
		"UPDATE stack SET frame = 4711",
		"INSERT INTO frame_line VALUES (4711, 'x.c', 1)",
		"INSERT INTO frame_line VALUES (1, 'x.c', -1)",
		"INSERT INTO frame_inline VALUES (4711, 1, 'x', NULL, NULL)",
		"INSERT INTO frame_inline VALUES (1, 2, 'x', NULL, NULL)",
		"INSERT INTO frame_inline VALUES (1, 1, 'x', NULL, 5)",
		"UPDATE span SET thread = 5",
		"UPDATE span SET stack = 500",
		"UPDATE span SET end_ns = 0",
		"UPDATE lock_wait SET thread = 8",
		"UPDATE lock_wait SET ns = -5",
		"UPDATE lock_evidence SET stack = 1000",
		"UPDATE probe_call SET weight = 2.9",
		"UPDATE probe_call SET ns_weight = 1e19",
		"UPDATE probe_call SET timed = 91",
		"UPDATE probe_call SET timed = 0, ns = 0",
		"UPDATE probe_call SET ns2_spread = 9e999",
		"UPDATE probe_call SET thread = 7",
		"UPDATE probe_call SET probe = 7",
		"UPDATE probe_place SET probe = 7",
		"UPDATE histogram SET weight = 0.5",
		"UPDATE histogram SET thread = 9",
		"UPDATE histogram SET from_ns = 1000 WHERE from_ns = 64",
		"UPDATE probe_evidence SET stack = 77",
		"UPDATE probe_evidence SET slice = 77",
		"UPDATE probe_evidence SET weight = 1e300",
		"UPDATE probe_evidence SET weight = 1",
		"INSERT INTO call_moment VALUES (1, 5, 5)",
		"INSERT INTO call_moment VALUES (1, 5, 9223372036854775807)",
		"INSERT INTO call_sample VALUES (1, 1, 0, 1, 0, 1, 0, 0)",
		"UPDATE pace SET time_ns = time_ns - 1 WHERE cost IS NOT NULL",
		"UPDATE pace SET time_ns = 4611686018427387904",
		"UPDATE pace SET value = 4611686018427387904",
		"UPDATE pace SET what = 'x'",
		"UPDATE thread_loss SET thread = 99",
		"UPDATE thread_loss SET count = -1",
		"INSERT INTO ledger VALUES (99, 1, 7, -1, 0, 1, 1, 0)",
		"INSERT INTO ledger VALUES (1, 1, 7, -1, 0, -1, 1, 0)",
		"UPDATE evidence SET state = 7 WHERE state = 2",
		"UPDATE span SET state = 7",
		call_of_nobody,
		call_with_errors,
		call_of_no_number,
		deep_stack,
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(damages); i++) {
		struct book *book = write_sample();

		change(book, damages[i]);
		if (!load(book))
			fail_msg("accepted: %s", damages[i]);
		book__free(book);
	}
}

/* Strange, but possible to make sense of. */
static void oddities_are_taken(void **state)
{
	static const char *const oddities[] = {
		"DELETE FROM evidence",
		"DELETE FROM ledger",
		"UPDATE evidence SET weight = 0, runqueue_weight = 0",
		"UPDATE evidence SET count = 0",
		"UPDATE evidence SET weight = 1",
		"UPDATE evidence SET weight = 9e18",
		"UPDATE evidence SET ns = 4e17, weight = 4e17",
		"UPDATE ledger SET ns = 100000000000000000, count = 100000000000000000",
		"UPDATE ledger SET ns = 0, runqueue_ns = 0",
		"UPDATE lock_wait SET count = 1000000000000",
		"UPDATE frame SET symbol = NULL",
		"UPDATE frame SET symbol = ''",
		"UPDATE frame SET symbol = '.isra.0'",
		"INSERT INTO frame_inline SELECT id, 1, '', NULL, NULL FROM frame",
		"INSERT INTO frame_inline SELECT id, 1, 'f', '', 1 FROM frame",
		"INSERT INTO frame_line SELECT id, '', 0 FROM frame",
		"UPDATE frame SET symbol = '@'",
		"UPDATE frame SET symbol = printf('%1000c', 'x')",
		"UPDATE slice SET end_ns = start_ns",
		"UPDATE ledger SET class = 63 WHERE state = 2",
		"UPDATE ledger SET syscall = -2 WHERE state = 2",
		"UPDATE evidence SET syscall = -2",
		"UPDATE ledger SET syscall = 2147483647 WHERE state = 2",
		"UPDATE probe SET name = 'x' || id, note = x'1b5b324a'||''",
		"UPDATE probe SET counts = 'nothing'",
		"UPDATE probe_call SET spread = 1e60, ns_spread = 0, ns2_spread = 1e60",
		"UPDATE probe_call SET spread = 0, ns_spread = 1e60, ns2_spread = 0",
		"UPDATE probe_call SET calls = 2000000000000000000, weight = 3",
		"UPDATE probe_call SET ns = 0, max_ns = 0, ns_weight = 0",
		"UPDATE probe_call SET max_ns = 4611686018427387903",
		"UPDATE histogram SET below_ns = 4611686018427387903",
		"UPDATE histogram SET count = 0, weight = 0",
		"UPDATE histogram SET from_ns = 0 WHERE from_ns = 64",
		"UPDATE histogram SET weight = 9e18, count = 1",
		"DELETE FROM probe_call",
		"DELETE FROM histogram",
		"UPDATE thread_loss SET kind = x'1b5b324a' || '', count = 2305843009213693951",
		UNOBSERVED,
		UNOBSERVED "DELETE FROM pace",
		UNOBSERVED "DELETE FROM pace WHERE cost IS NULL",
		UNOBSERVED "DELETE FROM evidence",
		UNOBSERVED "DELETE FROM ledger WHERE state < 7",
		UNOBSERVED "UPDATE pace SET time_ns = 0",
		UNOBSERVED "UPDATE pace SET time_ns = 1000000000000000000",
		UNOBSERVED "UPDATE pace SET value = 0",
		UNOBSERVED "UPDATE pace SET value = 1",
		UNOBSERVED "UPDATE pace SET value = 4611686018427387903",
		UNOBSERVED "UPDATE ledger SET ns = 0 WHERE state = 7",
		UNOBSERVED "UPDATE ledger SET runqueue_ns = 0 WHERE state = 7",
		UNOBSERVED "UPDATE ledger SET count = 0 WHERE state = 7",
		UNOBSERVED "UPDATE ledger SET class = 63, syscall = 5 WHERE state = 7",
		UNOBSERVED "UPDATE ledger SET class = 63 WHERE state = 2",
		UNOBSERVED "UPDATE ledger SET ns = 100000000000000000, runqueue_ns = ns",
		UNOBSERVED "UPDATE evidence SET weight = 0, runqueue_weight = 0",
		UNOBSERVED "UPDATE slice SET end_ns = start_ns",
		odd_sampling,
		many_calls,
		no_calls,
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(oddities); i++) {
		struct book *book = write_sample();

		change(book, oddities[i]);
		if (load(book))
			fail_msg("refused: %s", oddities[i]);
		book__free(book);
	}
}

/* Without what version 2 added: the same times, and nothing of points. */
static void an_old_capture_is_analyzed(void **state)
{
	struct book *book = write_sample();
	struct analysis *newer, *older;
	char *error = NULL;

	(void)state;
	assert_int_equal(analysis__load(&newer, book->path, &error), 0);
	change(book, "DROP TABLE probe_evidence; DROP TABLE histogram; DROP TABLE probe_call;"
		     "DROP TABLE probe_place; DROP TABLE probe; PRAGMA user_version = 1");
	assert_int_equal(analysis__load(&older, book->path, &error), 0);
	assert_consistent(older);
	assert_int_equal(function_of(newer, "openat")->calls, 90);
	assert_int_equal(function_of(older, "openat")->calls, -1);
	for (size_t i = 0; i < older->function_count; i++) {
		const struct function_row *row = &older->functions[i];

		assert_string_equal(row->backend, "evidence");
		assert_null(row->note);
		assert_int_equal(row->latency.timed, 0);
		assert_int_equal(row->place_count, 0);
		assert_near(row->wall.ns, function_of(newer, row->name)->wall.ns);
	}
	assert_near(older->accounted_ns, newer->accounted_ns);
	analysis__free(newer);
	analysis__free(older);
	change(book, "UPDATE ledger SET syscall = -2 WHERE state = 2");
	assert_true(load(book) < 0);
	book__free(book);
}

static void flip(GRand *random, guint8 *bytes, gint32 size)
{
	bytes[g_rand_int_range(random, 100, size)] ^= 1U << g_rand_int_range(random, 0, 8);
}

static void flipped_bytes_do_no_harm(void **state)
{
	struct book *book = write_sample();
	GRand *random = g_rand_new_with_seed(1);
	gsize size;
	char *good;

	(void)state;
	assert_true(g_file_get_contents(book->path, &good, &size, NULL));
	for (int i = 0; i < FLIPS; i++) {
		char *bad = g_memdup2(good, size);

		for (int flips = g_rand_int_range(random, 1, 6); flips-- > 0;)
			flip(random, (guint8 *)bad, (gint32)size);
		assert_true(g_file_set_contents(book->path, bad, (gssize)size, NULL));
		(void)load(book);
		g_free(bad);
	}
	g_free(good);
	g_rand_free(random);
	book__free(book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damage_is_refused),
		cmocka_unit_test(oddities_are_taken),
		cmocka_unit_test(an_old_capture_is_analyzed),
		cmocka_unit_test(flipped_bytes_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
