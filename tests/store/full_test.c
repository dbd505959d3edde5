// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A disk that fills up ends the capture with words, and keeps all that was committed. */
#include "scratch.h"

#include "sample.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a child found; its exit code. */
enum verdict {
	VERDICT_GOOD,
	VERDICT_SKIPPED,
	VERDICT_NOT_CREATED,
	VERDICT_NEVER_FULL,
	VERDICT_OTHER_ERROR,
	VERDICT_NO_WORDS,
	VERDICT_NOT_STICKY,
	VERDICT_CLOSED_WELL,
	VERDICT_CLOSED_WITHOUT_WORDS,
	VERDICT_UNREADABLE,
	VERDICT_WRONG_ROWS,
};

/* Commits one more span and its number as progress; more bytes each time. */
static int write_round(struct store_writer *writer, int64_t round)
{
	const struct store_span span = {1, round, round + 1, 0, STATE_STOPPED, 1, 0};
	int err = 0;

	for (int i = 0; i < 500 && !err; i++)
		err = store_writer__span(writer, &span);
	if (!err)
		err = store_writer__progress(writer, SAMPLE_T0 + round);
	return err ? err : store_writer__commit(writer);
}

static int count_span(void *ctx, const struct store_span *row)
{
	int64_t *count = ctx;

	(void)row;
	++*count;
	return 0;
}

/* The two spans of the sample, and all of every committed round. */
static enum verdict check_rows(const char *path, int64_t rounds)
{
	struct store_reader *reader;
	struct store_capture capture;
	int64_t count = 0;
	char *error = NULL;

	if (store_reader__open(&reader, path, &error)) {
		g_free(error);
		return VERDICT_UNREADABLE;
	}
	int err = store_reader__capture(reader, &capture);
	if (!err)
		err = store_reader__each_span(reader, count_span, &count);
	bool right = !err && !capture.complete && capture.progress_ns == SAMPLE_T0 + rounds &&
		     count == 2 + rounds * 500;
	store_reader__close(reader);
	return right ? VERDICT_GOOD : VERDICT_WRONG_ROWS;
}

static enum verdict fill_up(const char *path, int expected)
{
	struct store_writer *writer;
	char *error = NULL;
	int64_t round = 0;
	int err;

	if (store_writer__create(&writer, path, false, &error) || sample__fill(writer) ||
	    store_writer__progress(writer, SAMPLE_T0) || store_writer__commit(writer))
		return VERDICT_NOT_CREATED;
	do {
		err = write_round(writer, round + 1);
	} while (!err && ++round < 10000);
	if (!err)
		return VERDICT_NEVER_FULL;
	if (err != expected)
		return VERDICT_OTHER_ERROR;
	if (!store_writer__error(writer))
		return VERDICT_NO_WORDS;
	if (store_writer__commit(writer) != err)
		return VERDICT_NOT_STICKY;
	if (store_writer__close(writer, SAMPLE_T0 + 20000, "duration", 1, &error) != err)
		return VERDICT_CLOSED_WELL;
	if (!error || !strstr(error, path))
		return VERDICT_CLOSED_WITHOUT_WORDS;
	g_free(error);
	return check_rows(path, round);
}

static int with_file_limit(const struct scratch *scratch)
{
	const struct rlimit limit = {600000, 600000};

	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit))
		return VERDICT_SKIPPED;
	return (int)fill_up(scratch->file, -EIO);
}

static int write_line(const char *path, const char *line)
{
	FILE *file = g_fopen(path, "we");

	if (!file)
		return -1;
	int written = fputs(line, file);
	return fclose(file) || written < 0 ? -1 : 0;
}

/* user_namespaces(7): files can be made only by ids that have a meaning in the namespace. */
static int become_root_of_a_namespace(void)
{
	char *uids = g_strdup_printf("0 %u 1", geteuid());
	char *gids = g_strdup_printf("0 %u 1", getegid());
	int err = unshare(CLONE_NEWUSER | CLONE_NEWNS);

	if (!err)
		err = write_line("/proc/self/uid_map", uids);
	if (!err)
		err = write_line("/proc/self/setgroups", "deny");
	if (!err)
		err = write_line("/proc/self/gid_map", gids);
	g_free(uids);
	g_free(gids);
	return err;
}

static int mount_small_disk(const char *path)
{
	int err = geteuid() == 0 ? unshare(CLONE_NEWNS) : become_root_of_a_namespace();

	if (err || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -1;
	return mount("none", path, "tmpfs", 0, "size=600k");
}

static int with_full_disk(const struct scratch *scratch)
{
	if (mount_small_disk(scratch->dir))
		return VERDICT_SKIPPED;
	return (int)fill_up(scratch->file, -ENOSPC);
}

/* A disk with no room for the schema leaves no file. */
static int with_no_disk(const struct scratch *scratch)
{
	char *filler = scratch__path(scratch, "filler");
	char block[4096] = {1};
	struct store_writer *writer;
	char *error = NULL;

	if (mount_small_disk(scratch->dir))
		return VERDICT_SKIPPED;
	FILE *file = g_fopen(filler, "we");
	while (file && fwrite(block, sizeof(block), 1, file) == 1)
		;
	if (file)
		(void)fclose(file);
	g_free(filler);
	if (store_writer__create(&writer, scratch->file, false, &error) != -ENOSPC)
		return VERDICT_OTHER_ERROR;
	if (!error || !strstr(error, "disk is full"))
		return VERDICT_NO_WORDS;
	g_free(error);
	return access(scratch->file, F_OK) == 0 ? VERDICT_WRONG_ROWS : VERDICT_GOOD;
}

/* Where SQLite maps memory there is disk behind it from the beginning on. */
static void index_has_its_room(void **state)
{
	const struct scratch *scratch = *state;
	char *name = g_strconcat(scratch->file, "-shm", NULL);
	struct store_writer *writer;
	struct stat st;
	char *error = NULL;

	assert_int_equal(store_writer__create(&writer, scratch->file, false, &error), 0);
	assert_int_equal(sample__fill(writer), 0);
	assert_int_equal(store_writer__commit(writer), 0);
	assert_int_equal(stat(name, &st), 0);
	assert_true(st.st_blocks * 512 >= 65536);
	store_writer__abandon(writer, true);
	assert_int_equal(scratch__count(scratch), 0);
	g_free(name);
}

static void expect_good(int (*child)(const struct scratch *scratch), void **state)
{
	int verdict = scratch__in_child(child, *state);

	if (verdict == VERDICT_SKIPPED)
		skip();
	assert_int_equal(verdict, VERDICT_GOOD);
}

static void file_limit(void **state)
{
	expect_good(with_file_limit, state);
}

static void full_disk(void **state)
{
	expect_good(with_full_disk, state);
}

static void no_room_at_all(void **state)
{
	expect_good(with_no_disk, state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch__setup, scratch__teardown)
		TEST(file_limit),
		TEST(full_disk),
		TEST(no_room_at_all),
		TEST(index_has_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
