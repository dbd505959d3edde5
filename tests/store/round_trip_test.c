// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What is written is what is read. */
#include "scratch.h"

#include "sample.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <string.h>

static void every_table(void **state)
{
	const struct scratch *scratch = *state;

	sample__write(scratch->file);
	assert_int_equal(scratch__count(scratch), 1);
	char *text = sample__text_of(scratch->file);
	assert_string_equal(text, sample_text);
	g_free(text);
}

static void reading_changes_nothing(void **state)
{
	const struct scratch *scratch = *state;

	sample__write(scratch->file);
	char *before = scratch__digest(scratch);
	g_free(sample__text_of(scratch->file));
	char *after = scratch__digest(scratch);
	assert_string_equal(before, after);
	g_free(before);
	g_free(after);
}

static int stop_at_second(void *ctx, store_id id, const struct store_module *row)
{
	int *seen = ctx;

	(void)row;
	++*seen;
	return id == 2 ? 17 : 0;
}

static void visitor_stops(void **state)
{
	const struct scratch *scratch = *state;
	struct store_reader *reader;
	char *error;
	int seen = 0;

	sample__write(scratch->file);
	assert_int_equal(store_reader__open(&reader, scratch->file, &error), 0);
	assert_int_equal(store_reader__each_module(reader, stop_at_second, &seen), 17);
	assert_int_equal(seen, 2);
	store_reader__close(reader);
}

static void ids_count_from_one(void **state)
{
	const struct scratch *scratch = *state;
	const struct store_module module = {MODULE_FILE, "/lib/x", NULL};
	struct store_writer *writer;
	char *error;
	store_id id = 0;

	assert_int_equal(store_writer__create(&writer, scratch->file, false, &error), 0);
	for (store_id i = 1; i <= 3; i++) {
		assert_int_equal(store_writer__module(writer, &module, &id), 0);
		assert_int_equal(id, i);
	}
	assert_true(store_writer__bytes(writer) > 0);
	store_writer__abandon(writer, true);
	assert_int_equal(scratch__count(scratch), 0);
}

static int longest_comm(void *ctx, store_id id, const struct store_process *row)
{
	char **comm = ctx;

	(void)id;
	*comm = g_strdup(row->comm);
	return 0;
}

/* A name of any length leaves its mark that it was cut, and is never the end of a capture. */
static void overlong_text(void **state)
{
	const struct scratch *scratch = *state;
	struct store_writer *writer;
	struct store_reader *reader;
	char *name = g_strnfill(3000000, 'x');
	const struct store_process process = {1, 0, name, NULL, -1, 0, 0};
	char *error;
	char *comm = NULL;
	store_id id;

	assert_int_equal(store_writer__create(&writer, scratch->file, false, &error), 0);
	assert_int_equal(store_writer__capture(writer, &sample_capture), 0);
	assert_int_equal(store_writer__process(writer, &process, &id), 0);
	assert_int_equal(store_writer__close(writer, SAMPLE_T1, "duration", 1, &error), 0);
	assert_int_equal(store_reader__open(&reader, scratch->file, &error), 0);
	assert_int_equal(store_reader__each_process(reader, longest_comm, &comm), 0);
	assert_int_equal(strlen(comm), 65536);
	assert_true(g_str_has_prefix(comm, "xxxx"));
	assert_true(g_str_has_suffix(comm, "x[truncated]"));
	store_reader__close(reader);
	g_free(comm);
	g_free(name);
}

static const struct store_ledger good = {1, 1, STATE_RUNNING, SYSCALL_NONE, 0, 1, 1, 0};

static void expect_refused(struct store_writer *writer, const char *message)
{
	const struct store_slice slice = {9, 1, 2};

	assert_string_equal(store_writer__error(writer), message);
	/* The first failure stays. */
	assert_int_equal(store_writer__slice(writer, &slice), -EINVAL);
	assert_int_equal(store_writer__commit(writer), -EINVAL);
	assert_string_equal(store_writer__error(writer), message);
}

/* A row that no reader would take is refused when it is written, and not after the capture. */
static void writer_refuses(void **state)
{
	const struct scratch *scratch = *state;
	struct store_ledger rows[] = {good, good, good, good, good};
	static const char *const messages[] = {
		"table ledger: column state is 6",
		"table ledger: column class is 64, not between 0 and 63",
		"table ledger: column ns is -1, not between 0 and 2305843009213693951",
		"table ledger: column syscall is -3, not between -2 and 2147483647",
		"table ledger: FOREIGN KEY constraint failed (SQLite error 787)",
	};

	rows[0].state = STATE_WOKEN;
	rows[1].class = 64;
	rows[2].ns = -1;
	rows[3].syscall = -3;
	rows[4].thread = 77;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct store_writer *writer;
		char *error = NULL;
		assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
		assert_int_equal(sample__fill(writer), 0);
		assert_int_equal(store_writer__commit(writer), 0);
		assert_int_equal(store_writer__ledger(writer, &rows[i]), -EINVAL);
		expect_refused(writer, messages[i]);
		assert_int_equal(store_writer__close(writer, SAMPLE_T1, "duration", 1, &error),
				 -EINVAL);
		assert_non_null(strstr(error, messages[i]));
		g_free(error);
		char *text = sample__text_of(scratch->file);
		assert_non_null(strstr(text, " 1000 0 2000 0 1000 "));
		g_free(text);
	}
}

static void writer_refuses_more(void **state)
{
	const struct scratch *scratch = *state;
	const struct store_span backwards = {1, 20, 10, 0, STATE_STOPPED, 1, 0};
	const struct store_stack loop = {4, 1};
	const struct store_process nameless = {.pid = 1};
	struct store_evidence evidence = {1, 1, STATE_STOPPED, 1, 1, 1, 0, -1, 1, 1, 0, NAN, 0};
	const struct store_call_sample failed = {2, 1, 0, 1, 2, -1, 0, 0};
	const struct store_call_sample whole = {2, 1, 0, 1, 0, -1, 2, 0};
	const struct store_call_sampling again = {0, -1, "again"};
	struct store_writer *writer;
	char *error = NULL;
	store_id id;

	for (int i = 0; i < 14; i++) {
		assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
		assert_int_equal(sample__fill(writer), 0);
		int err[] = {
			i == 0 ? store_writer__span(writer, &backwards) : 0,
			i == 1 ? store_writer__stack(writer, &loop, &id) : 0,
			i == 2 ? store_writer__process(writer, &nameless, &id) : 0,
			i == 3 ? store_writer__evidence(writer, &evidence) : 0,
			i == 4 ? store_writer__progress(writer, SAMPLE_T0 - 1) : 0,
			i == 5 ? store_writer__capture(writer, &sample_capture) : 0,
			i == 6 ? store_writer__update_module(writer, 99, "x") : 0,
			i == 7 ? store_writer__name_frame(writer, 1, "x", -1) : 0,
			i == 8 ? store_writer__frame_line(writer, 1, "again.c", 1) : 0,
			i == 9 ? store_writer__frame_line(writer, 3, NULL, 1) : 0,
			i == 10 ? store_writer__frame_line(writer, 3, "x.c", -1) : 0,
			i == 11 ? store_writer__call_sample(writer, &failed) : 0,
			i == 12 ? store_writer__call_sample(writer, &whole) : 0,
			i == 13 ? store_writer__call_sampling(writer, &again) : 0,
		};
		assert_int_equal(err[i], i == 6 ? -ENOENT : -EINVAL);
		assert_non_null(store_writer__error(writer));
		store_writer__abandon(writer, false);
	}
}

static void writer_refuses_probes(void **state)
{
	const struct scratch *scratch = *state;
	static const char again[] = "table probe_call: UNIQUE constraint failed: "
				    "probe_call.probe, probe_call.thread (SQLite error 1555)";
	static const char *const messages[] = {
		"table probe: UNIQUE constraint failed: probe.name (SQLite error 2067)",
		"table probe: column backend is 5, not between 0 and 4",
		"table probe_call: more calls were timed than counted",
		"table probe_call: column calls is -1, not between 0 and 2305843009213693951",
		"table probe_call: column ns2_spread is negative or no number",
		"table probe_call: FOREIGN KEY constraint failed (SQLite error 787)",
		again,
		"table histogram: column below_ns is not more than from_ns",
		"table probe_place: column place has no text",
		"table probe_evidence: column weight is negative or no number",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(messages); i++) {
		const struct store_probe twice = {"dput", BACKEND_FENTRY, COUNTS_CALLS, NULL};
		const struct store_probe nowhere = {"x", BACKEND_COUNT, COUNTS_CALLS, NULL};
		const struct store_probe_call calls[] = {
			{.probe = 4, .thread = 1, .calls = 1, .timed = 2},
			{.probe = 5, .thread = 2, .calls = -1, .timed = 2},
			{.probe = 4, .thread = 1, .ns2_spread = INFINITY},
			{.probe = 6, .thread = 1, .timed = 2},
			{.probe = 1, .thread = 1},
		};
		const struct store_histogram empty = {1, 1, 7, 7, 1, 1};
		const struct store_probe_place nameless = {1, BACKEND_KPROBE, NULL, "x"};
		const struct store_probe_evidence light = {1, 1, 1, 1, 1, 1, -0.5};
		struct store_writer *writer;
		char *error = NULL;
		store_id id;

		assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
		assert_int_equal(sample__fill(writer), 0);
		int err[] = {
			i == 0 ? store_writer__probe(writer, &twice, &id) : 0,
			i == 1 ? store_writer__probe(writer, &nowhere, &id) : 0,
			i >= 2 && i <= 6 ? store_writer__probe_call(writer, &calls[i - 2]) : 0,
			i == 7 ? store_writer__histogram(writer, &empty) : 0,
			i == 8 ? store_writer__probe_place(writer, &nameless) : 0,
			i == 9 ? store_writer__probe_evidence(writer, &light) : 0,
		};
		assert_int_equal(err[i < 2 ? i : i <= 6 ? 2 : i - 4], -EINVAL);
		expect_refused(writer, messages[i]);
		store_writer__abandon(writer, false);
	}
}

static int count_probe(void *ctx, store_id id, const struct store_probe *row)
{
	(void)row;
	*(store_id *)ctx = id;
	return 0;
}

/* As many as a reader takes, and no more. */
static void writer_bounds_probes(void **state)
{
	const struct scratch *scratch = *state;
	struct store_writer *writer;
	struct store_reader *reader;
	char *error = NULL;
	store_id id = 0, last = 0;

	for (int more = 0; more < 2; more++) {
		assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
		assert_int_equal(store_writer__capture(writer, &sample_capture), 0);
		for (int i = 0; i < STORE_PROBES_MAX; i++) {
			char *name = g_strdup_printf("point %d", i);
			const struct store_probe row = {name, BACKEND_FENTRY, COUNTS_CALLS, NULL};

			assert_int_equal(store_writer__probe(writer, &row, &id), 0);
			g_free(name);
		}
		if (more) {
			const struct store_probe row = {"x", BACKEND_FENTRY, COUNTS_CALLS, NULL};

			assert_int_equal(store_writer__probe(writer, &row, &id), -EINVAL);
			expect_refused(writer, "table probe: too many probe points");
			store_writer__abandon(writer, true);
		} else {
			assert_int_equal(
				store_writer__close(writer, SAMPLE_T1, "duration", 1, &error), 0);
			assert_int_equal(store_reader__open(&reader, scratch->file, &error), 0);
			assert_int_equal(store_reader__each_probe(reader, count_probe, &last), 0);
			assert_int_equal(last, STORE_PROBES_MAX);
			store_reader__close(reader);
		}
	}
}

static void writer_refuses_inlined(void **state)
{
	const struct scratch *scratch = *state;
	static const struct {
		store_id frame;
		int64_t depth;
		const char *symbol;
		int64_t line;
		const char *message;
	} rows[] = {
		{3, 2, "x", 1, "table frame_inline: the depths of a frame are not 1, 2, 3 ..."},
		{2, 3, "x", 1, "table frame_inline: the depths of a frame are not 1, 2, 3 ..."},
		{1, 1, "x", 1,
		 "table frame_inline: UNIQUE constraint failed: frame_inline.frame, "
		 "frame_inline.depth (SQLite error 1555)"},
		{4, 1, "x", 1,
		 "table frame_inline: FOREIGN KEY constraint failed (SQLite error 787)"},
		{2, 2, NULL, 1, "table frame_inline: column symbol has no text"},
		{2, 2, "x", (int64_t)1 << 32,
		 "table frame_inline: column line is 4294967296, not between 1 and 4294967295"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct store_writer *writer;
		char *error = NULL;

		assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
		assert_int_equal(sample__fill(writer), 0);
		assert_int_equal(store_writer__frame_inline(writer, rows[i].frame, rows[i].depth,
							    rows[i].symbol, "x.c", rows[i].line),
				 -EINVAL);
		expect_refused(writer, rows[i].message);
		store_writer__abandon(writer, false);
	}
}

static void deepest(struct store_writer *writer)
{
	for (int64_t depth = 1; depth <= STORE_INLINE_MAX; depth++)
		assert_int_equal(store_writer__frame_inline(writer, 3, depth, "x", NULL, 0), 0);
}

static void writer_refuses_deeper(void **state)
{
	const struct scratch *scratch = *state;
	struct store_writer *writer;
	char *error = NULL;

	assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
	assert_int_equal(sample__fill(writer), 0);
	deepest(writer);
	assert_int_equal(store_writer__frame_inline(writer, 3, STORE_INLINE_MAX + 1, "x", NULL, 0),
			 -EINVAL);
	expect_refused(writer, "table frame_inline: column depth is 256, not between 1 and 255");
	store_writer__abandon(writer, false);

	assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
	assert_int_equal(sample__fill(writer), 0);
	deepest(writer);
	assert_int_equal(store_writer__close(writer, SAMPLE_T1, "duration", 1, &error), 0);
	char *text = sample__text_of(scratch->file);
	assert_non_null(strstr(text, "\nframe_inline 3 255 x (null) 0\n"));
	g_free(text);
}

/* An engine that cannot see system calls says so. */
static void unknown_system_call(void **state)
{
	const struct scratch *scratch = *state;
	struct store_ledger ledger = {1, 1, STATE_INTERRUPTIBLE, SYSCALL_UNKNOWN, 5, 1, 40, 0};
	struct store_evidence evidence = {1,
					  1,
					  STATE_INTERRUPTIBLE,
					  SYSCALL_UNKNOWN,
					  5,
					  3,
					  LOCK_NONE,
					  FUTEX_OP_NONE,
					  1,
					  40,
					  0,
					  40,
					  0};
	struct store_span span = {1, 1000, 1040, 0, STATE_INTERRUPTIBLE, SYSCALL_UNKNOWN, 0};
	struct store_writer *writer;
	char *error = NULL;

	assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
	assert_int_equal(sample__fill(writer), 0);
	assert_int_equal(store_writer__ledger(writer, &ledger), 0);
	assert_int_equal(store_writer__evidence(writer, &evidence), 0);
	assert_int_equal(store_writer__span(writer, &span), 0);
	assert_int_equal(store_writer__close(writer, SAMPLE_T1, "duration", 1, &error), 0);
	char *text = sample__text_of(scratch->file);
	assert_non_null(strstr(text, "\nledger 1 1 2 -2 5 1 40 0\n"));
	assert_non_null(strstr(text, "\nevidence 1 1 2 -2 5 3 0 -1 1 40 0 40 0\n"));
	assert_non_null(strstr(text, "\nspan 1 1000 1040 0 2 -2 0\n"));
	g_free(text);
}

static void end_needs_sense(void **state)
{
	const struct scratch *scratch = *state;
	const struct {
		int64_t t1_ns;
		const char *ended_by;
	} ends[] = {{SAMPLE_T0 - 1, "duration"}, {SAMPLE_T1, NULL}};

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		struct store_writer *writer;
		char *error = NULL;
		assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
		assert_int_equal(sample__fill(writer), 0);
		assert_int_equal(
			store_writer__close(writer, ends[i].t1_ns, ends[i].ended_by, 1, &error),
			-EINVAL);
		g_free(error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch__setup, scratch__teardown)
		TEST(every_table),	     TEST(reading_changes_nothing),
		TEST(visitor_stops),	     TEST(ids_count_from_one),
		TEST(overlong_text),	     TEST(writer_refuses),
		TEST(writer_refuses_more),   TEST(writer_refuses_probes),
		TEST(writer_bounds_probes),  TEST(unknown_system_call),
		TEST(end_needs_sense),	     TEST(writer_refuses_inlined),
		TEST(writer_refuses_deeper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
