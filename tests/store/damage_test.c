// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Files that are no captures, damaged ones, and ones made to do harm. */
#include "scratch.h"

#include "sample.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void expect_error(const char *path, int expected, const char *message)
{
	char *error = NULL;
	int err;
	char *text = sample__text(path, &err, &error);

	g_free(text);
	if (err != expected || !error || !strstr(error, message))
		fail_msg("%d: %s; expected %d: %s", err, error, expected, message);
	g_free(error);
}

static void not_captures(void **state)
{
	const struct scratch *scratch = *state;
	char *fifo = scratch__path(scratch, "fifo");

	expect_error(scratch->file, -ENOENT, "No such file");
	assert_int_equal(store_reader__looks_like_capture(scratch->file), -ENOENT);
	expect_error(scratch->dir, -EISDIR, "is a directory");
	assert_int_equal(store_reader__looks_like_capture(scratch->dir), -EISDIR);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	expect_error(fifo, -EINVAL, "not a regular file");
	scratch__write(scratch->file, "", 0);
	expect_error(scratch->file, -EINVAL, "is empty");
	assert_int_equal(store_reader__looks_like_capture(scratch->file), 0);
	scratch__write(scratch->file, "main;read 12\n", 13);
	expect_error(scratch->file, -EINVAL, "not a wallflame capture");
	assert_int_equal(store_reader__looks_like_capture(scratch->file), 0);
	assert_int_equal(g_unlink(scratch->file), 0);
	scratch__sql(scratch->file, "CREATE TABLE capture (id INTEGER)");
	expect_error(scratch->file, -EINVAL, "an SQLite file, but not a wallflame capture");
	assert_int_equal(store_reader__looks_like_capture(scratch->file), 1);
	g_free(fifo);
}

static void versions(void **state)
{
	const struct scratch *scratch = *state;

	sample__write(scratch->file);
	assert_int_equal(store_reader__looks_like_capture(scratch->file), 1);
	scratch__sql(scratch->file, "PRAGMA user_version = 6");
	expect_error(scratch->file, -EINVAL,
		     "made by a newer wallflame (schema 6; this program reads up to 5): "
		     "use a newer wallflame");
	scratch__sql(scratch->file, "PRAGMA user_version = 0");
	expect_error(scratch->file, -EINVAL, "no known schema version");
}

/* A file cut at any length is refused, or (cut behind all its data) read as it was. */
static void truncated(void **state)
{
	const struct scratch *scratch = *state;
	char *bytes;
	size_t size;

	sample__write(scratch->file);
	scratch__read(scratch->file, &bytes, &size);
	assert_true(size > 65536);
	for (size_t length = 0; length < size; length += length < 600 ? 37 : 1021) {
		char *error = NULL;
		int err;
		scratch__write(scratch->file, bytes, length);
		g_free(sample__text(scratch->file, &err, &error));
		assert_true(err == -EUCLEAN || (err == -EINVAL && length < 20));
		assert_non_null(error);
		g_free(error);
	}
	for (size_t length = size; length > 0; length -= 4096) {
		scratch__write(scratch->file, bytes, length - 1);
		expect_error(scratch->file, -EUCLEAN, scratch->file);
	}
	g_free(bytes);
}

static uint32_t pseudo_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static unsigned char flip(uint32_t *seed)
{
	return (unsigned char)(1U << (pseudo_random(seed) % 8));
}

/* Whatever the bytes, there is a text or an error with a message. */
static void expect_an_answer(const char *path, int *refused)
{
	char *error = NULL;
	int err;
	char *text = sample__text(path, &err, &error);

	if (err) {
		++*refused;
		assert_true(err < 0);
		assert_non_null(error);
		for (const char *c = error; *c; c++)
			assert_false(g_ascii_iscntrl(*c));
	} else {
		assert_non_null(text);
	}
	g_free(text);
	g_free(error);
}

static void flipped_bits(void **state)
{
	const struct scratch *scratch = *state;
	uint32_t seed = 20240229;
	char *bytes;
	size_t size;
	int refused = 0;

	sample__write(scratch->file);
	scratch__read(scratch->file, &bytes, &size);
	unsigned char *damaged = g_malloc(size);
	for (int round = 0; round < 500; round++) {
		memcpy(damaged, bytes, size);
		/* A third in the header and the schema's page, where most is decided. */
		size_t span = round % 3 == 0 ? 512 : size;
		for (int i = 0; i <= round % 4; i++)
			damaged[pseudo_random(&seed) % span] ^= flip(&seed);
		scratch__write(scratch->file, (const char *)damaged, size);
		expect_an_answer(scratch->file, &refused);
	}
	assert_true(refused > 50);
	g_free(damaged);
	g_free(bytes);
}

/* Whole pages in the wrong place keep valid pages, but not a valid file. */
static void exchanged_pages(void **state)
{
	const struct scratch *scratch = *state;
	char *bytes;
	size_t size;
	int refused = 0;

	sample__write(scratch->file);
	scratch__read(scratch->file, &bytes, &size);
	char *damaged = g_malloc(size);
	for (size_t page = 1; page + 1 < size / 4096; page++) {
		memcpy(damaged, bytes, size);
		memcpy(damaged + page * 4096, bytes + (page + 1) * 4096, 4096);
		scratch__write(scratch->file, damaged, size);
		expect_an_answer(scratch->file, &refused);
	}
	assert_true(refused > 5);
	g_free(damaged);
	g_free(bytes);
}

#define UNCHECKED "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;"

static const struct {
	const char *sql;
	const char *message;
} hostile[] = {
	{"DELETE FROM capture", "cut off before anything was recorded"},
	{"UPDATE capture SET t1_ns = NULL", "it is complete, but has no end"},
	{"UPDATE capture SET t1_ns = 5", "row 1: column t1_ns is less than t0_ns"},
	{"UPDATE capture SET slice_ns = 0", "column slice_ns is 0, not between 1"},
	{"UPDATE capture SET complete = 2", "table capture, row 1: column complete is 2"},
	{"UPDATE capture SET host = CAST(x'610062' AS TEXT)", "column host is not text"},
	{"UPDATE process SET start_ns = -1", "table process, row 1: column start_ns is -1"},
	{"UPDATE process SET end_ns = 1 WHERE id = 2", "table process, row 2: column end_ns"},
	{"UPDATE process SET comm = hex(zeroblob(1000000))", "process"},
	{"UPDATE thread SET process = 77 WHERE id = 2", "table thread: row 2 has no such process"},
	{"UPDATE thread SET id = 4611686018427387904 WHERE id = 2;"
	 "DELETE FROM thread_loss; DELETE FROM probe_call; DELETE FROM histogram; DELETE FROM "
	 "probe_evidence; "
	 "DELETE FROM thread_io",
	 "table thread, row 1: id 4611686018427387904 follows 1"},
	{"UPDATE oracle SET run_ns = 9223372036854775807", "table oracle, row 1: column run_ns"},
	{"UPDATE oracle SET run_ns = -5", "table oracle, row 1: column run_ns is -5"},
	{"UPDATE thread_io SET read_calls = -1", "table thread_io, row 1: column read_calls is -1"},
	{"UPDATE thread_io SET cancelled_write_bytes = 9007199254740993 WHERE thread = 2",
	 "table thread_io, row 2: column cancelled_write_bytes is 9007199254740993"},
	{"UPDATE thread_io SET thread = 3 WHERE thread = 2",
	 "table thread_io: row 3 has no such thread"},
	{"UPDATE process_io SET process = 3", "table process_io: row 3 has no such process"},
	{"UPDATE process_io SET device_read_bytes = 9223372036854775807",
	 "table process_io, row 1: column device_read_bytes"},
	{"UPDATE process_io SET child_faults = -1", "row 1: column child_faults is -1"},
	{"DROP TABLE process_io", "table process_io is missing"},
	{"UPDATE call_sampling SET share_ppm = 1000001",
	 "table call_sampling, row 1: column share_ppm is 1000001"},
	{"UPDATE call_moment SET to_ns = from_ns WHERE id = 1", "table call_moment, row 1"},
	{"UPDATE call_sample SET moment = 3", "table call_sample: a row has no such call_moment"},
	{"UPDATE call_sample SET process = 3 WHERE syscall = 17",
	 "table call_sample: a row has no such process"},
	{"UPDATE call_sample SET calls = -1, errors = -1, whole = -1 WHERE syscall = 17",
	 "column calls is -1"},
	{"UPDATE call_sample SET errors = 1001 WHERE syscall = 17",
	 "moment 1, process 1, system call 17: more errors or whole calls than calls"},
	{"UPDATE call_sample SET whole = 1001 WHERE syscall = 17",
	 "moment 1, process 1, system call 17: more errors or whole calls than calls"},
	{"UPDATE call_sample SET bytes = -1 WHERE syscall = 17", "column bytes is -1"},
	{"UPDATE module SET kind = 'x'", "table module, row 1: column kind is not one of"},
	{"UPDATE stack SET parent = 3 WHERE id = 1",
	 "table stack, row 1: column parent is not less than the id"},
	{"UPDATE stack SET parent = id WHERE id = 2",
	 "table stack, row 2: column parent is not less than the id"},
	{"UPDATE stack SET parent = -3 WHERE id = 2; UPDATE stack SET id = -3 WHERE id = 1;",
	 "table stack, row 0: id -3 follows 0"},
	{"UPDATE frame_line SET line = -1", "table frame_line, row 1: column line is -1"},
	{"UPDATE frame_line SET line = 4294967296 WHERE frame = 2",
	 "table frame_line, row 2: column line is 4294967296"},
	{"UPDATE frame_line SET frame = 7 WHERE frame = 2", "row 7 has no such frame"},
	{"UPDATE frame_line SET file = x'00' || file", "table frame_line, row 1: column file"},
	{"UPDATE frame_inline SET frame = 7 WHERE frame = 2",
	 "table frame_inline: a row has no such frame"},
	{"UPDATE frame_inline SET depth = 2 WHERE frame = 2",
	 "table frame_inline: frame 2: the depths are not 1, 2, 3 ..."},
	{"UPDATE frame_inline SET depth = 3 WHERE depth = 2",
	 "table frame_inline: frame 1: the depths are not 1, 2, 3 ..."},
	{"UPDATE frame_inline SET depth = 0 WHERE frame = 2", "table frame_inline: "},
	{"UPDATE frame_inline SET depth = -1 WHERE depth = 1", "table frame_inline: "},
	{"WITH RECURSIVE n (i) AS (VALUES (2) UNION ALL SELECT i + 1 FROM n WHERE i < 256) "
	 "INSERT INTO frame_inline SELECT 2, i, 'f', NULL, NULL FROM n",
	 "table frame_inline, row 258: column depth is 256, not between 1 and 255"},
	{"UPDATE frame_inline SET line = 7 WHERE depth = 2",
	 "table frame_inline: frame 1, depth 2: a line without a file"},
	{"UPDATE frame_inline SET line = 0 WHERE frame = 2",
	 "table frame_inline, row 3: column line is 0"},
	{"UPDATE frame_inline SET symbol = x'00' || symbol",
	 "table frame_inline, row 1: column symbol is not text"},
	{"UPDATE ledger SET state = 6", "table ledger, row 1: column state is 6"},
	{"INSERT INTO state VALUES (8, 'x'); UPDATE ledger SET state = 8",
	 "table ledger, row 1: column state is 8"},
	{"DELETE FROM state WHERE id = 7; UPDATE ledger SET state = 7",
	 "table ledger, row 1: has no such state"},
	{"UPDATE evidence SET state = 7", "table evidence, row 1: column state is 7"},
	{"UPDATE span SET state = 7", "table span, row 1: column state is 7"},
	{"DELETE FROM span; DELETE FROM state", "table ledger, row 1: has no such state"},
	{"DELETE FROM span; DELETE FROM ledger; DELETE FROM state WHERE id > 2",
	 "table evidence, row 2: has no such state"},
	{"DELETE FROM state WHERE id = 3", "table state: row 4 is not the next one"},
	{"UPDATE lock_kind SET id = 10 WHERE id = 9",
	 "table lock_kind: row 10 is not the next one"},
	{"DELETE FROM lock_kind WHERE id > 5", "table evidence, row 2: has no such lock_kind"},
	{"UPDATE ledger SET class = 64 WHERE slice = 2", "table ledger, row 3: column class is 64"},
	{"UPDATE ledger SET syscall = 4294967296", "table ledger, row 1: column syscall"},
	{"UPDATE ledger SET ns = 2305843009213693951", "row 2: the sum of column ns is too large"},
	{"UPDATE evidence SET weight = -1", "table evidence, row 1: column weight"},
	{"UPDATE evidence SET weight = 9e999", "table evidence, row 1: column weight"},
	{"UPDATE evidence SET stack = 4", "table evidence, row 1: has no such stack"},
	{"INSERT INTO lock_kind VALUES (10, 'x'); UPDATE evidence SET lock = 10",
	 "table evidence, row 1: column lock is 10"},
	{"UPDATE evidence SET futex_op = 4294967296", "table evidence, row 1: column futex_op"},
	{"UPDATE span SET end_ns = 1999", "column end_ns is less than start_ns"},
	{"UPDATE lock_wait SET lock = 0", "table lock_wait: row 1 has no such lock_kind"},
	{"UPDATE probe SET backend = 'magic'", "table probe, row 1: column backend is not one of"},
	{"UPDATE probe SET counts = 'Calls' WHERE id = 1",
	 "table probe, row 1: column counts is not one of"},
	{"UPDATE probe SET note = x'00' || note WHERE id = 2", "table probe, row 2: column note"},
	{"UPDATE probe SET id = 9 WHERE id = 5; UPDATE probe_call SET probe = 9 WHERE probe = 5;"
	 "UPDATE probe_place SET probe = 9 WHERE probe = 5",
	 "table probe, row 4: id 9 follows 4"},
	{"WITH RECURSIVE n (i) AS (VALUES (6) UNION ALL SELECT i + 1 FROM n WHERE i < 257) "
	 "INSERT INTO probe SELECT i, 'point ' || i, 'fentry', 'calls', NULL FROM n",
	 "table probe: 257 probe points; there are at most 256"},
	{"UPDATE probe_place SET probe = 6", "table probe_place: row 1 has no such probe"},
	{"UPDATE probe_place SET backend = ''", "table probe_place, row 1: column backend"},
	{"UPDATE probe_call SET timed = 101 WHERE thread = 2",
	 "table probe_call: probe 1, thread 2: more calls were timed than counted"},
	{"UPDATE probe SET counts = 'calls' WHERE id = 5",
	 "table probe_call: probe 5, thread 1: more calls were timed than counted"},
	{"UPDATE probe_call SET timed = -1", "table probe_call, row 1: column timed is -1"},
	{"UPDATE probe_call SET calls = 2305843009213693951",
	 "the sum of column calls is too large"},
	{"UPDATE probe_call SET max_ns = 9223372036854775807", "row 1: column max_ns"},
	{"UPDATE probe_call SET weight = 9e999", "table probe_call, row 1: column weight"},
	{"UPDATE probe_call SET ns_spread = -1", "table probe_call, row 1: column ns_spread"},
	{"UPDATE probe_call SET thread = 3 WHERE thread = 2",
	 "table probe_call: a row has no such"},
	{"UPDATE probe_call SET probe = 7 WHERE thread = 2", "table probe_call: a row has no such"},
	{"UPDATE histogram SET below_ns = from_ns",
	 "table histogram, row 1: column below_ns is not more than from_ns"},
	{"UPDATE histogram SET from_ns = -1 WHERE thread = 1", "row 1: column from_ns is -1"},
	{"UPDATE histogram SET count = 2305843009213693951", "sum of column count is too large"},
	{"UPDATE histogram SET weight = -0.5", "table histogram, row 1: column weight"},
	{"UPDATE probe_evidence SET slice = 3", "table probe_evidence: row 1 has no such slice"},
	{"UPDATE probe_evidence SET stack = 0", "table probe_evidence: row 1 has no such stack"},
	{"UPDATE probe_evidence SET weight = 1e61", "table probe_evidence, row 1: column weight"},
	{"UPDATE ledger SET syscall = -3 WHERE state = 0", "row 1: column syscall is -3"},
	{"DROP TABLE histogram", "table histogram is missing"},
	{"UPDATE loss SET count = -1", "table loss, row 1: column count is -1"},
	{"UPDATE thread_loss SET thread = 3", "table thread_loss: a row has no such thread"},
	{"UPDATE thread_loss SET count = -1", "table thread_loss, row 1: column count is -1"},
	{"UPDATE thread_loss SET count = 2305843009213693952",
	 "table thread_loss, row 1: column count is 2305843009213693952"},
	{"UPDATE thread_loss SET kind = x'00' || kind",
	 "table thread_loss, row 1: column kind is not text"},
	{"DROP TABLE thread_loss", "table thread_loss is missing"},
	{"UPDATE pace SET time_ns = -1", "table pace, row 1: column time_ns is -1"},
	{"UPDATE pace SET what = 'Ledger' WHERE what = 'ledger'",
	 "table pace, row 2: column what is not one of"},
	{"UPDATE pace SET value = -1 WHERE what = 'ledger'",
	 "table pace, row 2: column value is -1"},
	{"UPDATE pace SET value = 9223372036854775807", "table pace, row 1: column value"},
	{"UPDATE pace SET cost = -1 WHERE what = 'ledger'", "table pace, row 2: column cost is -1"},
	{"UPDATE pace SET why = x'00' || why", "table pace, row 1: column why is not text"},
	{"DROP TABLE pace", "table pace is missing"},
	{"DROP TABLE span", "table span is missing"},
	{"DROP TABLE span; CREATE VIEW span AS WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL "
	 "SELECT i + 1 FROM n) SELECT i AS thread FROM n",
	 "table span is missing"},
	{"ALTER TABLE span ADD COLUMN more INTEGER", "table span is not as wallflame makes it"},
	{"DROP VIEW state_time", "view state_time is missing"},
};

static void hostile_values(void **state)
{
	const struct scratch *scratch = *state;
	char *original = scratch__path(scratch, "original");

	sample__write(original);
	for (size_t i = 0; i < G_N_ELEMENTS(hostile); i++) {
		char *sql = g_strconcat(UNCHECKED, hostile[i].sql, NULL);
		scratch__copy(original, scratch->file);
		scratch__sql(scratch->file, sql);
		expect_error(scratch->file, -EUCLEAN, hostile[i].message);
		g_free(sql);
	}
	g_free(original);
}

/* The schema lies about its rows: NULLs and wrong types get in, and then it is put right again. */
static void lying_schema(void **state)
{
	const struct scratch *scratch = *state;
	static const char *const changes[] = {
		"UPDATE process SET comm = NULL",    "UPDATE process SET comm = 17",
		"UPDATE process SET comm = x'ff00'", "UPDATE process SET start_ns = 'soon'",
		"UPDATE process SET pid = 1.5",
	};
	char *original = scratch__path(scratch, "original");

	sample__write(original);
	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		scratch__copy(original, scratch->file);
		scratch__sql(
			scratch->file,
			"CREATE TABLE kept (sql TEXT);"
			"INSERT INTO kept SELECT sql FROM sqlite_schema WHERE name = 'process';"
			"PRAGMA writable_schema = ON;"
			"UPDATE sqlite_schema SET sql = 'CREATE TABLE process (id INTEGER "
			"PRIMARY KEY, pid, parent_pid, comm, exe, uid, start_ns, end_ns)' "
			"WHERE name = 'process'");
		expect_error(scratch->file, -EUCLEAN, "table process is not as wallflame makes it");
		scratch__sql(scratch->file, changes[i]);
		scratch__sql(scratch->file, "PRAGMA writable_schema = ON;"
					    "UPDATE sqlite_schema SET sql = (SELECT sql FROM kept) "
					    "WHERE name = 'process'");
		expect_error(scratch->file, -EUCLEAN, "damaged: table process");
	}
	g_free(original);
}

/* What is planted beside our tables is never run, and does not keep a capture from being read. */
static void planted_objects(void **state)
{
	const struct scratch *scratch = *state;

	sample__write(scratch->file);
	scratch__sql(scratch->file,
		     "CREATE TRIGGER t AFTER INSERT ON span BEGIN DELETE FROM span; END;"
		     "CREATE VIEW endless AS WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL "
		     "SELECT i + 1 FROM n) SELECT count(*) FROM n;"
		     "CREATE TABLE bomb (x CHECK (length(randomblob(1000000000)) > 0 OR 1));"
		     "PRAGMA ignore_check_constraints = ON; INSERT INTO bomb VALUES (1), (2);"
		     "CREATE INDEX extra ON evidence (weight);"
		     "CREATE VIRTUAL TABLE words USING fts5 (text)");
	char *text = sample__text_of(scratch->file);
	assert_string_equal(text, sample_text);
	g_free(text);
}

static void message_cannot_steer_a_terminal(void **state)
{
	const struct scratch *scratch = *state;
	int refused = 0;

	sample__write(scratch->file);
	scratch__sql(scratch->file, "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES "
				    "('table', char(27) || '[2J', 'x', 3, 'CREATE ' || char(27))");
	expect_an_answer(scratch->file, &refused);
	assert_int_equal(refused, 1);
}

/* A finished capture put where one was cut off: the log left there is not its own. */
static void log_of_another(void **state)
{
	const struct scratch *scratch = *state;
	char *log = g_strconcat(scratch->file, "-wal", NULL);

	sample__write(scratch->file);
	scratch__write(log, "not a log of this file", 22);
	char *text = sample__text_of(scratch->file);
	assert_string_equal(text, sample_text);
	g_free(text);
	g_free(log);
}

static void hot_journal(void **state)
{
	const struct scratch *scratch = *state;
	char *journal = g_strconcat(scratch->file, "-journal", NULL);

	sample__write(scratch->file);
	scratch__write(journal, "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8);
	expect_error(scratch->file, -EBUSY, "another program is changing it");
	scratch__write(journal, "\0\0\0\0", 4);
	g_free(sample__text_of(scratch->file));
	g_free(journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch__setup, scratch__teardown)
		TEST(not_captures),   TEST(versions),	     TEST(truncated),
		TEST(flipped_bits),   TEST(exchanged_pages), TEST(hostile_values),
		TEST(lying_schema),   TEST(planted_objects), TEST(message_cannot_steer_a_terminal),
		TEST(log_of_another), TEST(hot_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
