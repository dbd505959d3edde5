// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A capture whose writer was killed opens, tells how far it got, and is not touched by that. */
#include "scratch.h"

#include "sample.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROWS_A_ROUND 100
#define NOBODY 65534
#define ATTEMPTS 60

/* Round n is slice n with ROWS_A_ROUND ledger rows and the progress at its end. */
static int write_round(struct store_writer *writer, int64_t round)
{
	const struct store_slice slice = {round, SAMPLE_T0 + round, SAMPLE_T0 + round + 1};
	int err = round > 2 ? store_writer__slice(writer, &slice) : 0;

	for (int i = 0; i < ROWS_A_ROUND && !err; i++) {
		const struct store_ledger row = {2, round, STATE_STOPPED, i, 1, 1, 3, 0};
		err = store_writer__ledger(writer, &row);
	}
	return err ? err : store_writer__progress(writer, SAMPLE_T0 + round);
}

static int begin(struct store_writer **writer, const char *path)
{
	char *error = NULL;
	int err = store_writer__create(writer, path, false, &error);

	g_free(error);
	if (!err)
		err = sample__fill(*writer);
	if (!err)
		err = store_writer__progress(*writer, SAMPLE_T0);
	return err ? err : store_writer__commit(*writer);
}

/* Commits `rounds`, writes more that it never commits, and dies. */
static void write_and_die(const char *path, int64_t rounds)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct store_writer *writer;
		if (begin(&writer, path))
			_exit(1);
		for (int64_t round = 1; round <= rounds; round++)
			if (write_round(writer, round) || store_writer__commit(writer))
				_exit(2);
		if (write_round(writer, rounds + 1))
			_exit(3);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
}

static int count_rows(void *ctx, const struct store_ledger *row)
{
	int64_t *count = ctx;

	*count += row->thread == 2;
	return 0;
}

struct found {
	struct store_capture capture;
	int64_t rows;
};

static int look(const char *path, struct found *found)
{
	struct store_reader *reader;
	char *error = NULL;
	int err = store_reader__open(&reader, path, &error);

	*found = (struct found){0};
	if (err) {
		g_free(error);
		return err;
	}
	err = store_reader__capture(reader, &found->capture);
	if (!err)
		err = store_reader__each_ledger(reader, count_rows, &found->rows);
	store_reader__close(reader);
	return err;
}

static void expect_rounds(const char *path, int64_t rounds)
{
	struct found found;

	assert_int_equal(look(path, &found), 0);
	assert_false(found.capture.complete);
	assert_int_equal(found.capture.t1_ns, 0);
	assert_int_equal(found.capture.progress_ns, SAMPLE_T0 + rounds);
	assert_int_equal(found.rows, rounds * ROWS_A_ROUND);
}

static void killed_with_a_log(void **state)
{
	const struct scratch *scratch = *state;

	write_and_die(scratch->file, 20);
	/* Most of it must be in the log, or this tests nothing. */
	assert_int_equal(scratch__count(scratch), 3);
	char *before = scratch__digest(scratch);
	expect_rounds(scratch->file, 20);
	char *after = scratch__digest(scratch);
	assert_string_equal(before, after);
	g_free(before);
	g_free(after);
}

/* More than a checkpoint's worth. */
static void killed_after_checkpoints(void **state)
{
	const struct scratch *scratch = *state;
	struct stat st;

	write_and_die(scratch->file, 1200);
	assert_int_equal(stat(scratch->file, &st), 0);
	assert_true(st.st_size > 500000);
	char *before = scratch__digest(scratch);
	expect_rounds(scratch->file, 1200);
	char *after = scratch__digest(scratch);
	assert_string_equal(before, after);
	g_free(before);
	g_free(after);
}

/* As it arrives when only the capture and its log are copied. */
static void without_shm(void **state)
{
	const struct scratch *scratch = *state;
	char *shm = g_strconcat(scratch->file, "-shm", NULL);

	write_and_die(scratch->file, 5);
	assert_int_equal(g_unlink(shm), 0);
	expect_rounds(scratch->file, 5);
	assert_int_equal(scratch__count(scratch), 2);
	g_free(shm);
}

static int read_unprivileged(const struct scratch *scratch)
{
	struct found found;

	if (geteuid() == 0 && (setgid(NOBODY) || setuid(NOBODY)))
		return 1;
	if (access(scratch->dir, W_OK) == 0)
		return 2;
	if (look(scratch->file, &found))
		return 3;
	return found.rows == (int64_t)7 * ROWS_A_ROUND ? 0 : 4;
}

static void in_a_read_only_directory(void **state)
{
	const struct scratch *scratch = *state;
	static const char *const suffixes[] = {"", "-wal", "-shm"};

	write_and_die(scratch->file, 7);
	for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		char *name = g_strconcat(scratch->file, suffixes[i], NULL);
		assert_int_equal(g_chmod(name, 0444), 0);
		g_free(name);
	}
	assert_int_equal(g_chmod(scratch->dir, 0555), 0);
	int verdict = scratch__in_child(read_unprivileged, scratch);
	assert_int_equal(g_chmod(scratch->dir, 0700), 0);
	assert_int_equal(verdict, 0);
}

/* A log cut at any length holds whole commits, an earlier one each time; never half of one. */
static void torn_log(void **state)
{
	const struct scratch *scratch = *state;
	char *log = g_strconcat(scratch->file, "-wal", NULL);
	char *bytes;
	size_t size;
	int64_t last = 12;

	write_and_die(scratch->file, 12);
	scratch__read(log, &bytes, &size);
	size_t length = size;
	while (length > 5000) {
		struct found found;
		length -= 2999;
		scratch__write(log, bytes, length);
		int err = look(scratch->file, &found);
		if (err) {
			/* Not even the first commit is left. */
			assert_int_equal(err, -EUCLEAN);
			assert_true(last <= 1);
			continue;
		}
		int64_t rounds = found.capture.progress_ns - SAMPLE_T0;
		assert_true(rounds <= last);
		assert_int_equal(found.rows, rounds * ROWS_A_ROUND);
		last = rounds;
	}
	assert_int_equal(last, 0);
	g_free(bytes);
	g_free(log);
}

static void damaged_log(void **state)
{
	const struct scratch *scratch = *state;
	char *log = g_strconcat(scratch->file, "-wal", NULL);
	char *bytes;
	size_t size;

	write_and_die(scratch->file, 12);
	scratch__read(log, &bytes, &size);
	for (size_t at = 0; at < size; at += 1 + size / 100) {
		struct found found;
		bytes[at] ^= 0x10;
		scratch__write(log, bytes, size);
		bytes[at] ^= 0x10;
		/* The log's checksums leave nothing damaged through. */
		if (look(scratch->file, &found))
			continue;
		assert_int_equal(found.rows,
				 (found.capture.progress_ns - SAMPLE_T0) * ROWS_A_ROUND);
	}
	g_free(bytes);
	g_free(log);
}

/* Runs through a whole short capture with its close; killed by the parent at some moment. */
static void run_quickly(const char *path, int64_t rounds, int ready)
{
	struct store_writer *writer;
	char *error = NULL;

	if (write(ready, "x", 1) != 1 || begin(&writer, path))
		_exit(1);
	for (int64_t round = 1; round <= rounds; round++)
		if (write_round(writer, round) || store_writer__commit(writer))
			_exit(2);
	_exit(store_writer__close(writer, SAMPLE_T0 + rounds, "duration", 1, &error) ? 3 : 0);
}

static void check_moment(const char *path, int64_t rounds, int *complete)
{
	struct found found;
	int err = look(path, &found);

	if (err) {
		/* Killed before the first commit. */
		assert_true(err == -ENOENT || err == -EINVAL || err == -EUCLEAN);
		return;
	}
	int64_t progress = found.capture.progress_ns - SAMPLE_T0;
	assert_int_equal(found.rows, progress * ROWS_A_ROUND);
	if (found.capture.complete) {
		assert_int_equal(progress, rounds);
		++*complete;
	}
}

/* Starts one more capture, and kills it after a while unless that is negative. */
static void run_for(const char *path, int64_t rounds, gint64 microseconds)
{
	int ready[2];
	char byte;

	assert_int_equal(pipe(ready), 0);
	pid_t pid = fork();
	if (pid == 0)
		run_quickly(path, rounds, ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	if (microseconds >= 0) {
		g_usleep((gulong)microseconds);
		kill(pid, SIGKILL);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(ready[0]);
	close(ready[1]);
}

static void killed_at_any_moment(void **state)
{
	const struct scratch *scratch = *state;
	const int64_t rounds = 8;
	int complete = 0;
	gint64 whole = g_get_monotonic_time();

	run_for(scratch->file, rounds, -1);
	whole = g_get_monotonic_time() - whole;
	check_moment(scratch->file, rounds, &complete);
	assert_int_equal(complete, 1);
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		char *name = g_strdup_printf("%d.db", attempt);
		char *path = scratch__path(scratch, name);
		run_for(path, rounds, whole * attempt / ATTEMPTS);
		check_moment(path, rounds, &complete);
		g_free(path);
		g_free(name);
	}
	print_message("%d of %d were complete when killed\n", complete - 1, ATTEMPTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch__setup, scratch__teardown)
		TEST(killed_with_a_log),
		TEST(killed_after_checkpoints),
		TEST(without_shm),
		TEST(in_a_read_only_directory),
		TEST(torn_log),
		TEST(damaged_log),
		TEST(killed_at_any_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
