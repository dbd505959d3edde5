// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Reading a capture that another process is recording. */
#include "scratch.h"

#include "sample.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A writer in a process of its own that does one thing for every letter it is sent. */
struct recorder {
	pid_t pid;
	int orders;
	int answers;
};

static int obey(struct store_writer *writer, char order, int64_t *slice)
{
	char *error = NULL;

	if (order == 'c') {
		const struct store_slice row = {*slice, 1000, 2000};
		++*slice;
		int err = store_writer__slice(writer, &row);
		return err ? err : store_writer__commit(writer);
	}
	return store_writer__close(writer, SAMPLE_T1, "duration", SAMPLE_PERIOD, &error);
}

static void record(const char *path, int orders, int answers)
{
	struct store_writer *writer;
	char *error = NULL;
	int64_t slice = 3;
	char order = 0;
	int err = store_writer__create(&writer, path, false, &error);

	if (!err)
		err = sample__fill(writer);
	if (!err)
		err = store_writer__commit(writer);
	while (write(answers, &err, sizeof(err)) == sizeof(err) && order != 'e') {
		if (read(orders, &order, 1) != 1)
			break;
		err = obey(writer, order, &slice);
	}
	_exit(0);
}

static int answer(const struct recorder *recorder)
{
	int err;

	assert_int_equal(read(recorder->answers, &err, sizeof(err)), sizeof(err));
	return err;
}

static int order(const struct recorder *recorder, char what)
{
	assert_int_equal(write(recorder->orders, &what, 1), 1);
	return answer(recorder);
}

static struct recorder start(const char *path)
{
	struct recorder recorder;
	int orders[2];
	int answers[2];

	assert_int_equal(pipe(orders), 0);
	assert_int_equal(pipe(answers), 0);
	recorder.pid = fork();
	if (recorder.pid == 0) {
		close(orders[1]);
		record(path, orders[0], answers[1]);
	}
	close(orders[0]);
	close(answers[1]);
	recorder.orders = orders[1];
	recorder.answers = answers[0];
	assert_int_equal(answer(&recorder), 0);
	return recorder;
}

static void stop(const struct recorder *recorder)
{
	close(recorder->orders);
	close(recorder->answers);
	assert_int_equal(waitpid(recorder->pid, NULL, 0), recorder->pid);
}

static void each_reader_sees_its_moment(void **state)
{
	const struct scratch *scratch = *state;
	struct recorder recorder = start(scratch->file);
	struct store_reader *reader;
	char *error;

	assert_int_equal(store_reader__open(&reader, scratch->file, &error), 0);
	assert_int_equal(order(&recorder, 'c'), 0);
	GString *early = g_string_new(NULL);
	assert_int_equal(sample__dump(reader, early), 0);
	store_reader__close(reader);
	assert_non_null(strstr(early->str, "slice 2 "));
	assert_null(strstr(early->str, "slice 3 "));
	assert_non_null(strstr(early->str, " 1000 0 2000 0 1000 "));
	g_string_free(early, TRUE);

	char *late = sample__text_of(scratch->file);
	assert_non_null(strstr(late, "slice 3 "));
	g_free(late);

	assert_int_equal(order(&recorder, 'c'), 0);
	assert_int_equal(order(&recorder, 'e'), 0);
	stop(&recorder);
	assert_int_equal(scratch__count(scratch), 1);
	char *end = sample__text_of(scratch->file);
	assert_non_null(strstr(end, "slice 4 "));
	assert_non_null(strstr(end, " 1000 3000 3000 1 1000 "));
	g_free(end);
}

static void is_not_replaced(void **state)
{
	const struct scratch *scratch = *state;
	struct recorder recorder = start(scratch->file);
	struct store_writer *writer;
	char *error = NULL;

	assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), -EBUSY);
	assert_non_null(strstr(error, "is being recorded"));
	g_free(error);
	assert_int_equal(order(&recorder, 'c'), 0);
	assert_int_equal(order(&recorder, 'e'), 0);
	stop(&recorder);
	char *text = sample__text_of(scratch->file);
	assert_non_null(strstr(text, "slice 3 "));
	g_free(text);
	/* Now nobody has it. */
	assert_int_equal(store_writer__create(&writer, scratch->file, true, &error), 0);
	store_writer__abandon(writer, true);
}

/* A reader that stays keeps the log from being folded in; that is said, and nothing is lost. */
static void closed_under_a_reader(void **state)
{
	const struct scratch *scratch = *state;
	struct recorder recorder = start(scratch->file);
	struct store_reader *reader;
	char *error;

	assert_int_equal(store_reader__open(&reader, scratch->file, &error), 0);
	assert_int_equal(order(&recorder, 'c'), 0);
	assert_int_equal(order(&recorder, 'e'), -EBUSY);
	stop(&recorder);
	store_reader__close(reader);
	char *before = scratch__digest(scratch);
	char *text = sample__text_of(scratch->file);
	char *after = scratch__digest(scratch);
	assert_non_null(strstr(text, "slice 3 "));
	assert_non_null(strstr(text, " 1000 3000 3000 1 1000 "));
	assert_string_equal(before, after);
	g_free(before);
	g_free(after);
	g_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch__setup, scratch__teardown)
		TEST(each_reader_sees_its_moment),
		TEST(is_not_replaced),
		TEST(closed_under_a_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
