// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Conditions: what is taken, what is refused and with which words, and when they hold. */
#include "book.h"

#include "analyzer/condition.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#define RUN STATE_RUNNING
#define SLEEP STATE_INTERRUPTIBLE

static struct condition *parsed(const char *text)
{
	struct condition *condition;
	char *error = NULL;

	if (condition__parse(&condition, text, &error))
		fail_msg("%s: %s", text, error);
	assert_string_equal(condition__text(condition), text);
	return condition;
}

static void what_is_meant_is_taken(void **state)
{
	static const char *const words[][2] = {
		{"runqueue>20ms", "runqueue"},
		{"runqueue>10ms", "runqueue"},
		{"runqueue>0.01s", "runqueue"},
		{"cause:lock>30%", "lock"},
		{"cause:lock/futex>0.5%", "lock-futex"},
		{"cause:unknown>0%", "unknown"},
		{"cause:switching/run-queue>1.5s", "switching-run-queue"},
		{"openat>100ms", "openat"},
		{"page-cache-fill>1m", "page-cache-fill"},
		{"dput>250us", "dput"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct condition *condition = parsed(words[i][0]);

		assert_string_equal(condition__word(condition), words[i][1]);
		condition__free(condition);
	}
	condition__free(NULL);
}

static void what_is_not_is_refused(void **state)
{
	static const char *const texts[][2] = {
		/* a text, and what the error has to say */
		{"", "runqueue>20ms"},
		{"runqueue", "runqueue>20ms"},
		{"runqueue=20ms", "runqueue>20ms"},
		{">", "there is no condition ''"},
		{">20ms", "there is no condition ''"},
		{"runqueue>", "a length"},
		{"runqueue>20", "a length"},
		{"runqueue>ms", "a length"},
		{"runqueue>20 ms", "a length"},
		{"runqueue> 20ms", "a length"},
		{"runqueue>20msx", "a length"},
		{"runqueue>20ms>", "a length"},
		{"runqueue>>20ms", "a length"},
		{"runqueue>+20ms", "a length"},
		{"runqueue>-20ms", "a length"},
		{"runqueue>2e1ms", "a length"},
		{"runqueue>0x20ms", "a length"},
		{"runqueue>nanms", "a length"},
		{"runqueue>infs", "a length"},
		{"runqueue>20.ms", "a length"},
		{"runqueue>.5s", "a length"},
		{"runqueue>1.2.3s", "a length"},
		{"runqueue>9999999999999999999999999999s", "a length"},
		{"runqueue>30%", "a length"},
		{"runqueue>9.9ms", "10ms or more"},
		{"runqueue>1441m", "more than a day"},
		{"Runqueue>20ms", "there is no condition 'Runqueue'"},
		{"cause>20%", "there is no condition 'cause'"},
		{"cause:>20%", "there is no cause ''"},
		{"cause:lok>20%", "there is no cause 'lok'"},
		{"cause:lock/>20%", "there is no cause 'lock/'"},
		{"cause:lock/fute>20%", "there is no cause 'lock/fute'"},
		{"cause:loc>20%", "there is no cause 'loc'"},
		{"cause:lock/futex/x>20%", "there is no cause 'lock/futex/x'"},
		{"cause:../../etc>20%", "there is no cause '../../etc'"},
		{"cause:lock>100%", "more than 100%"},
		{"cause:lock>120%", "more than 100%"},
		{"cause:lock>30%%", "a share as 30%, or a length"},
		{"cause:lock>%", "a share"},
		{"cause:lock>30", "a share"},
		{"openat2>20ms", "there is no condition 'openat2'"},
		{"openat>20%", "a length"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct condition *condition;
		char *error = NULL;

		if (condition__parse(&condition, texts[i][0], &error) != -EINVAL)
			fail_msg("'%s' was taken", texts[i][0]);
		assert_null(condition);
		if (!strstr(error, texts[i][1]))
			fail_msg("'%s': %s", texts[i][0], error);
		free(error);
	}
}

static void errors_list_what_there_is(void **state)
{
	struct condition *condition;
	char *error = NULL;

	(void)state;
	assert_int_equal(condition__parse(&condition, "cause:x>1%", &error), -EINVAL);
	assert_non_null(strstr(error, " lock, lock/futex, lock/inode, "));
	assert_non_null(strstr(error, ", idle, idle/sleep, "));
	assert_non_null(strstr(error, ", unknown"));
	assert_null(strstr(error, "unknown, unknown"));
	free(error);
	assert_int_equal(condition__parse(&condition, "x>1ms", &error), -EINVAL);
	assert_non_null(strstr(error, "runqueue, cause:NAME, openat, fd-alloc, futex-wait, "));
	free(error);
}

/* A text as long as it may be is refused in a line of some length. */
static void long_texts_are_cut(void **state)
{
	size_t size = 1 << 20;
	char *text = malloc(size), *error = NULL;
	struct condition *condition;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', size - 1);
	text[size - 1] = '\0';
	assert_int_equal(condition__parse(&condition, text, &error), -EINVAL);
	assert_true(strlen(error) < 300);
	free(error);
	memcpy(text, "cause:", 6);
	text[size / 2] = '>';
	assert_int_equal(condition__parse(&condition, text, &error), -EINVAL);
	assert_true(strlen(error) < 1000);
	free(error);
	free(text);
}

static bool holds(const struct analysis *analysis, const char *text, const char *words)
{
	struct condition *condition = parsed(text);
	char *finding;
	bool held = condition__holds(condition, analysis, &finding);

	assert_int_equal(held, finding != NULL);
	if (held && !strstr(finding, words))
		fail_msg("%s: %s", text, finding);
	free(finding);
	condition__free(condition);
	return held;
}

/* Two threads, two slices; in the second one of them waits 0.6 s for a mutex. */
static struct book *lock_book(void)
{
	struct book *book = book__open(2);
	store_id one = book__thread(book, 11), two = book__thread(book, 12);
	store_id stack = book__stack(book, "main;pthread_mutex_lock|do_futex;futex_wait;"
					   "futex_wait_queue;schedule;__schedule");
	struct store_ledger wait = {one, 2, SLEEP, SYS_futex, 29, 1, 600000000, 0};

	book__ledger(book, (struct store_ledger){one, 1, RUN, SYSCALL_NONE, 0, 1, SECOND, 0});
	book__ledger(book, (struct store_ledger){one, 2, RUN, SYSCALL_NONE, 0, 1, 400000000, 0});
	book__ledger(book, wait);
	book__ledger(book, (struct store_ledger){two, 1, RUN, SYSCALL_NONE, 0, 1, SECOND, 0});
	book__ledger(book, (struct store_ledger){two, 2, RUN, SYSCALL_NONE, 0, 1, SECOND, 0});
	book__evidence(book, (struct store_evidence){.thread = one,
						     .slice = 2,
						     .state = SLEEP,
						     .syscall = SYS_futex,
						     .class = 29,
						     .stack = stack,
						     .count = 1,
						     .ns = 600000000,
						     .weight = 6e8});
	return book;
}

static void a_cause_is_judged_by_the_slice(void **state)
{
	struct book *book = lock_book();
	struct analysis *analysis = book__analyze(book);

	(void)state;
	/* 0.6 s of the 2 s of that slice, of the 4 s of the capture. */
	assert_true(
		holds(analysis, "cause:lock>29.9%", "30.0 % of all thread time from 1.00 to 2.00"));
	assert_true(holds(analysis, "cause:lock/futex>29%", "lock/futex took 30.0 %"));
	assert_false(holds(analysis, "cause:lock>30.1%", ""));
	assert_false(holds(analysis, "cause:lock/inode>0%", ""));
	assert_true(holds(analysis, "cause:lock>599ms", "600 ms of thread time"));
	assert_false(holds(analysis, "cause:lock>601ms", ""));
	assert_false(holds(analysis, "openat>1ms", ""));
	assert_false(holds(analysis, "runqueue>10ms", ""));
	analysis__free(analysis);
	book__free(book);
}

static void waits_for_a_cpu_are_judged_one_by_one(void **state)
{
	struct book *book = lock_book();
	struct store_span spans[] = {
		/* The longest of all hardly waited for a CPU. */
		{1, T0, T0 + SECOND, 2000000, SLEEP, SYS_futex, 0},
		{1, T0 + SECOND, T0 + SECOND + 50000000, 30000000, SLEEP, SYS_futex, 0},
		{2, T0 + 5 * SECOND / 4, T0 + 5 * SECOND / 4 + 40000000, 0, STATE_PREEMPTED,
		 SYSCALL_NONE, 0},
	};
	struct analysis *analysis;

	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++)
		assert_int_equal(store_writer__span(book->writer, &spans[i]), 0);
	analysis = book__analyze(book);
	assert_true(holds(analysis, "runqueue>39ms",
			  "thread 12 waited 40.0 ms for a CPU, until 1.290"));
	assert_false(holds(analysis, "runqueue>40ms", ""));
	analysis__free(analysis);
	book__free(book);
}

static void calls_are_judged_by_the_longest(void **state)
{
	struct book *book = lock_book();
	struct store_probe probe = {
		.name = "openat", .backend = BACKEND_FENTRY, .counts = COUNTS_CALLS};
	struct store_probe_call call = {.thread = 1,
					.calls = 10,
					.timed = 2,
					.ns = 7000000,
					.max_ns = 6000000,
					.weight = 2,
					.ns_weight = 7e6};
	struct analysis *analysis;

	(void)state;
	assert_int_equal(store_writer__probe(book->writer, &probe, &call.probe), 0);
	assert_int_equal(store_writer__probe_call(book->writer, &call), 0);
	analysis = book__analyze(book);
	assert_true(holds(analysis, "openat>5.9ms", "a call of openat took 6 ms"));
	assert_false(holds(analysis, "openat>6ms", ""));
	assert_false(holds(analysis, "dput>1us", ""));
	analysis__free(analysis);
	book__free(book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_meant_is_taken),
		cmocka_unit_test(what_is_not_is_refused),
		cmocka_unit_test(errors_list_what_there_is),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(a_cause_is_judged_by_the_slice),
		cmocka_unit_test(waits_for_a_cpu_are_judged_one_by_one),
		cmocka_unit_test(calls_are_judged_by_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
