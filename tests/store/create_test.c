// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Making the file, and what may stand in its place. */
#include "scratch.h"

#include "sample.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void expect_no_writer(const char *path, bool replace, int err)
{
	struct store_writer *writer = NULL;
	char *error = NULL;

	assert_int_equal(store_writer__create(&writer, path, replace, &error), err);
	assert_null(writer);
	assert_non_null(strstr(error, path));
	g_free(error);
}

static void private_from_the_start(void **state)
{
	const struct scratch *scratch = *state;
	struct store_writer *writer;
	struct stat st;
	char *error;
	mode_t mask = umask(0);
	char *log = g_strconcat(scratch->file, "-wal", NULL);

	assert_int_equal(store_writer__create(&writer, scratch->file, false, &error), 0);
	umask(mask);
	assert_int_equal(stat(scratch->file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(sample__fill(writer), 0);
	assert_int_equal(store_writer__commit(writer), 0);
	assert_int_equal(stat(log, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	store_writer__abandon(writer, true);
	assert_int_equal(scratch__count(scratch), 0);
	g_free(log);
}

static void existing_file_stays(void **state)
{
	const struct scratch *scratch = *state;
	char *bytes;

	scratch__write(scratch->file, "precious", 8);
	expect_no_writer(scratch->file, false, -EEXIST);
	scratch__read(scratch->file, &bytes, NULL);
	assert_string_equal(bytes, "precious");
	g_free(bytes);
}

static void replace_is_a_fresh_file(void **state)
{
	const struct scratch *scratch = *state;
	struct store_writer *writer;
	struct stat st;
	char *error;
	char *other = scratch__path(scratch, "hard link");
	char *bytes;

	scratch__write(scratch->file, "precious", 8);
	assert_int_equal(g_chmod(scratch->file, 0644), 0);
	assert_int_equal(link(scratch->file, other), 0);
	assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
	assert_int_equal(sample__fill(writer), 0);
	assert_int_equal(store_writer__close(writer, SAMPLE_T1, "duration", SAMPLE_PERIOD, &error),
			 0);
	scratch__read(other, &bytes, NULL);
	assert_string_equal(bytes, "precious");
	assert_int_equal(stat(scratch->file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	g_free(bytes);
	bytes = sample__text_of(scratch->file);
	assert_string_equal(bytes, sample_text);
	g_free(bytes);
	g_free(other);
}

/* The log of an earlier capture that was cut off must not become this one's. */
static void stale_log_is_not_read(void **state)
{
	const struct scratch *scratch = *state;
	static const char *const suffixes[] = {"-wal", "-shm", "-journal"};
	struct store_writer *writer;
	char *error;

	for (int replace = 0; replace < 2; replace++) {
		for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
			char *name = g_strconcat(scratch->file, suffixes[i], NULL);
			scratch__write(name, "stale", 5);
			g_free(name);
		}
		assert_int_equal(store_writer__create(&writer, scratch->file, replace != 0, &error),
				 0);
		assert_int_equal(sample__fill(writer), 0);
		assert_int_equal(
			store_writer__close(writer, SAMPLE_T1, "duration", SAMPLE_PERIOD, &error),
			0);
		assert_int_equal(scratch__count(scratch), 1);
		char *text = sample__text_of(scratch->file);
		assert_string_equal(text, sample_text);
		g_free(text);
	}
}

static void links_are_not_followed(void **state)
{
	const struct scratch *scratch = *state;
	struct store_writer *writer;
	struct stat st;
	char *error;
	char *target = scratch__path(scratch, "target");
	char *bytes;

	assert_int_equal(symlink(target, scratch->file), 0);
	expect_no_writer(scratch->file, false, -EEXIST);
	assert_int_equal(access(target, F_OK), -1);
	scratch__write(target, "precious", 8);
	expect_no_writer(scratch->file, false, -EEXIST);
	assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
	store_writer__abandon(writer, false);
	assert_int_equal(lstat(scratch->file, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	scratch__read(target, &bytes, NULL);
	assert_string_equal(bytes, "precious");
	g_free(bytes);
	g_free(target);
}

static void only_files_are_replaced(void **state)
{
	const struct scratch *scratch = *state;
	char *missing = scratch__path(scratch, "no/such/dir");
	char *fifo = scratch__path(scratch, "fifo");

	expect_no_writer(scratch->dir, true, -EISDIR);
	expect_no_writer(missing, true, -ENOENT);
	expect_no_writer("", false, -ENOENT);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	expect_no_writer(fifo, true, -EINVAL);
	expect_no_writer(fifo, false, -EEXIST);
	g_free(missing);
	g_free(fifo);
}

/* SQLite itself would take some of these for URIs or for no file at all. */
static void odd_names(void **state)
{
	const struct scratch *scratch = *state;
	static const char *const names[] = {
		":memory:", "file:x?mode=memory", "100%25 #1?a=b&c", "\xff\xfe", "-",
		" ",	    "x'\"\n.db",
	};
	char *here = g_get_current_dir();

	assert_int_equal(g_chdir(scratch->dir), 0);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		sample__write(names[i]);
		assert_int_equal(scratch__count(scratch), i + 1);
		char *text = sample__text_of(names[i]);
		assert_string_equal(text, sample_text);
		g_free(text);
		assert_int_equal(scratch__count(scratch), i + 1);
	}
	assert_int_equal(g_chdir(here), 0);
	g_free(here);
}

static void abandon_keeps_what_was_committed(void **state)
{
	const struct scratch *scratch = *state;
	const struct store_slice uncommitted = {3, 3000, 4000};
	struct store_writer *writer;
	char *error;

	assert_int_equal(store_writer__create(&writer, scratch->file, false, &error), 0);
	assert_int_equal(sample__fill(writer), 0);
	assert_int_equal(store_writer__commit(writer), 0);
	assert_int_equal(store_writer__slice(writer, &uncommitted), 0);
	store_writer__abandon(writer, false);
	assert_int_equal(scratch__count(scratch), 1);
	char *text = sample__text_of(scratch->file);
	assert_non_null(strstr(text, "slice 2 "));
	assert_null(strstr(text, "slice 3 "));
	assert_non_null(strstr(text, " 1000 0 2000 0 1000 "));
	g_free(text);
}

/* Whoever has the name now keeps it, with its log. */
static void moved_away(void **state)
{
	const struct scratch *scratch = *state;
	struct store_writer *writer;
	char *error = NULL;
	char *log = g_strconcat(scratch->file, "-wal", NULL);

	for (int i = 0; i < 2; i++) {
		assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
		assert_int_equal(sample__fill(writer), 0);
		assert_int_equal(g_unlink(scratch->file), 0);
		scratch__write(scratch->file, "another", 7);
		scratch__write(log, "another's", 9);
		char *before = scratch__digest(scratch);
		if (i == 0) {
			assert_int_equal(store_writer__close(writer, SAMPLE_T1, "duration",
							     SAMPLE_PERIOD, &error),
					 -ESTALE);
			assert_non_null(strstr(error, "moved or removed"));
			g_free(error);
		} else {
			store_writer__abandon(writer, true);
		}
		char *after = scratch__digest(scratch);
		assert_string_equal(before, after);
		g_free(before);
		g_free(after);
		assert_int_equal(g_unlink(scratch->file), 0);
		assert_int_equal(g_unlink(log), 0);
	}
	g_free(log);
}

/* What was replaced is gone only when its successor holds something. */
static void replaced_comes_back(void **state)
{
	const struct scratch *scratch = *state;
	struct store_writer *writer;
	char *error = NULL;

	scratch__write(scratch->file, "another", 7);
	char *before = scratch__digest(scratch);
	assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
	assert_int_equal(sample__fill(writer), 0);
	store_writer__abandon(writer, true);
	char *after = scratch__digest(scratch);
	assert_string_equal(before, after);
	assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
	assert_int_equal(sample__fill(writer), 0);
	assert_int_equal(store_writer__close(writer, SAMPLE_T1, "duration", SAMPLE_PERIOD, &error),
			 0);
	char *last = scratch__digest(scratch);
	assert_null(strstr(last, "replaced"));
	assert_string_not_equal(before, last);
	g_free(before);
	g_free(after);
	g_free(last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch__setup, scratch__teardown)
		TEST(private_from_the_start),
		TEST(existing_file_stays),
		TEST(replace_is_a_fresh_file),
		TEST(stale_log_is_not_read),
		TEST(links_are_not_followed),
		TEST(only_files_are_replaced),
		TEST(odd_names),
		TEST(abandon_keeps_what_was_committed),
		TEST(moved_away),
		TEST(replaced_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
