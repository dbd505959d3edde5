// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Is what a workload says of itself true? The kernel's own accounts are the judge. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "tests/workloads/harness.h"

/* Calls and switches of starting and ending a process and its threads. */
#define AROUND 2000

static void every_line_has_the_usual_fields(void **state)
{
	static const char *const timed[] = {
		"fd-storm",
		"cold-read",
		"futex",
		"dir-lock",
		"two-stacks",
		"storm",
		"small-read",
		"sleepers",
		"cond-wait",
		"cure-mmap",
		"cure-pieces",
		"cure-readahead",
		"cure-uring",
		"cure-pool --way after",
		"cure-mmap --way after",
		"cure-uring --way after",
		"fd-storm --steady",
		"fd-storm --exhaust",
		"dput",
		"epoll-file",
		"file-service",
		"mixture",
		"readahead-defeat",
		"two-waits",
		"idle-echo",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(timed) / sizeof(timed[0]); i++) {
		struct json_object *name;
		char arguments[64], expected[32];
		struct outcome outcome;

		snprintf(arguments, sizeof(arguments), "%s --threads 2 --seconds 0.2", timed[i]);
		snprintf(expected, sizeof(expected), "%.*s", (int)strcspn(timed[i], " "), timed[i]);
		outcome = run_well(arguments);
		assert_true(json_object_object_get_ex(outcome.json, "workload", &name));
		assert_string_equal(json_object_get_string(name), expected);
		check_between("threads", outcome__number(&outcome, "threads"), 2, 2);
		check_between("seconds", outcome__number(&outcome, "seconds"), 0.19, 3);
		assert_true(outcome__number(&outcome, "operations") > 0);
		check_between("operation_ns", outcome__number(&outcome, "operation_ns"), 1,
			      thread_ns(&outcome));
		check_between("interrupted", outcome__number(&outcome, "interrupted"), 0, 0);
		outcome__free(&outcome);
	}
}

static void only_one_thread_holds_the_mutex(void **state)
{
	struct outcome outcome = run_well("futex --threads 4 --seconds 0.4");
	double wall = thread_ns(&outcome);
	double hold = outcome__number(&outcome, "hold_ns");

	(void)state;
	check_between("hold_ns", hold, 0.3 * wall / 4, wall / 4);
	check_between("waiting", outcome__number(&outcome, "operation_ns") / wall, 0.5, 0.76);
	/* Waiting is not spinning. */
	check_between("CPU time", (double)cpu_ns(&outcome.usage), 0, wall / 4);
	outcome__free(&outcome);
}

static void cold_reads_come_from_the_device(void **state)
{
	struct outcome outcome = run_well("cold-read --threads 3 --files 60 --file-size 5000 "
					  "--seconds 0.4");
	double bytes = outcome__number(&outcome, "bytes");
	double device = outcome__number(&outcome, "device_bytes");

	(void)state;
	check_between("bytes", bytes, 5000 * outcome__number(&outcome, "operations"),
		      5000 * outcome__number(&outcome, "operations"));
	check_between("evicted_before", outcome__number(&outcome, "evicted_before"), 0.9, 1);
	check_between("evicted_after", outcome__number(&outcome, "evicted_after"), 0.9, 1);
	/* The device gives whole pages. */
	check_between("device_bytes", device, 0.95 * bytes, 2 * bytes);
	check_between("read_bytes of the process", (double)outcome.device_read_bytes, device,
		      1.05 * device + (1 << 20));
	check_between("reading", outcome__number(&outcome, "operation_ns") / thread_ns(&outcome),
		      0.4, 1);
	outcome__free(&outcome);
}

static void the_busy_file_is_read_from_the_device(void **state)
{
	struct outcome outcome = run_well("dir-lock --threads 2 --seconds 0.4");
	double read = outcome__number(&outcome, "busy_reads") * (8 << 20);

	(void)state;
	check_between("read_bytes of the process", (double)outcome.device_read_bytes, read,
		      read + (16 << 20));
	check_between("in the operation",
		      outcome__number(&outcome, "operation_ns") / thread_ns(&outcome), 0.8, 1);
	outcome__free(&outcome);
}

static void a_new_table_doubles_over_and_over(void **state)
{
	struct outcome outcome = run_well("fd-storm --threads 2 --seconds 0.6");
	double rounds = outcome__number(&outcome, "rounds");

	(void)state;
	/* From 64 or 256 to 8192; the last round may be cut short. */
	check_between("table_doublings", outcome__number(&outcome, "table_doublings"),
		      5 * (rounds - 1), 7 * rounds);
	check_between("opening", outcome__number(&outcome, "open_ns") / thread_ns(&outcome), 0.7,
		      1);
	check_between("CPU time", (double)cpu_ns(&outcome.usage), 0, 0.5 * thread_ns(&outcome));
	outcome__free(&outcome);
}

static void an_occupied_table_doubles_once_a_round(void **state)
{
	struct outcome outcome = run_well("fd-storm --occupy 1024 --threads 2 --seconds 0.3");
	double rounds = outcome__number(&outcome, "rounds");

	(void)state;
	check_between("occupied", outcome__number(&outcome, "occupied"), 1024, 1024);
	check_between("rounds", rounds, 2, 1e6);
	check_between("table_doublings", outcome__number(&outcome, "table_doublings"), rounds - 1,
		      rounds);
	outcome__free(&outcome);
}

/* Who may raise the hard limit gets the descriptors; who may not is told what to do. */
static void high_needs_the_limit(void **state)
{
	struct child child = child__start("fd-storm --high --seconds 0.2", NULL, 1024);
	struct outcome outcome = child__wait(&child);

	(void)state;
	if (outcome.exit_status == 0) {
		check_between("occupied", outcome__number(&outcome, "occupied"), 65536, 65536);
	} else {
		assert_int_equal(outcome.exit_status, 1);
		assert_int_equal(count_lines(outcome.err), 1);
		assert_non_null(strstr(outcome.err, "hard limit RLIMIT_NOFILE is 1024"));
		assert_non_null(strstr(outcome.err, "ulimit -Hn"));
		assert_string_equal(outcome.out, "");
	}
	outcome__free(&outcome);
}

static void two_stacks_wait_3_to_1(void **state)
{
	struct outcome outcome = run_well("two-stacks --seconds 0.5");
	double longer = outcome__number(&outcome, "wait_long_ns");
	double shorter = outcome__number(&outcome, "wait_short_ns");
	double waits = outcome__number(&outcome, "operations");

	(void)state;
	check_between("ratio", longer / shorter, 3 * 0.98, 3 * 1.02);
	check_between("operation_ns", outcome__number(&outcome, "operation_ns"), longer + shorter,
		      longer + shorter);
	check_between("waits", waits, 2000, 1e9);
	check_between("waits in wait_long",
		      outcome__number(&outcome, "wait_long_waits") /
			      outcome__number(&outcome, "wait_short_waits"),
		      0.7, 1.6);
	/* Every wait is one voluntary switch. */
	check_between("voluntary switches", (double)outcome.usage.ru_nvcsw, 0.95 * waits,
		      waits + AROUND);
	outcome__free(&outcome);
}

static void a_storm_counts_its_switches(void **state)
{
	struct outcome outcome = run_well("storm --threads 4 --seconds 0.3");
	double voluntary = outcome__number(&outcome, "voluntary_switches");
	double switches = voluntary + outcome__number(&outcome, "involuntary_switches");

	(void)state;
	check_between("voluntary switches", (double)outcome.usage.ru_nvcsw, voluntary,
		      voluntary + AROUND);
	check_between("switches a round trip", switches / outcome__number(&outcome, "operations"),
		      0.5, 4);
	outcome__free(&outcome);
}

static void small_reads_are_system_calls(void **state)
{
	struct outcome outcome = run_well("small-read --seconds 0.3");
	double reads = outcome__number(&outcome, "operations");

	(void)state;
	check_between("read calls of the process", (double)outcome.read_calls, reads,
		      reads + AROUND);
	outcome__free(&outcome);
}

static void sleepers_do_not_switch(void **state)
{
	struct outcome outcome = run_well("sleepers --seconds 0.4");
	double naps = outcome__number(&outcome, "naps");

	(void)state;
	check_between("sleeping",
		      outcome__number(&outcome, "operation_ns") / (thread_ns(&outcome) * 49 / 50),
		      0.95, 1);
	/* Of 200 threads, which wait for each other as they begin, and for their memory. */
	check_between("voluntary switches", (double)outcome.usage.ru_nvcsw, naps, naps + 800);
	check_between("CPU time of the process", (double)cpu_ns(&outcome.usage),
		      0.9 * outcome__number(&outcome, "cpu_ns"),
		      1.1 * outcome__number(&outcome, "cpu_ns") + 0.1 * NS_PER_S);
	outcome__free(&outcome);
}

static void forks_burn_what_they_say(void **state)
{
	struct outcome outcome = run_well("forks");
	double burnt = outcome__number(&outcome, "burn_ns");

	(void)state;
	check_between("children", outcome__number(&outcome, "children"), 20, 20);
	check_between("seconds", outcome__number(&outcome, "seconds"), 0.03, 1);
	check_between("burn_ns", burnt, 20 * 3e6, 20 * 6e6);
	check_between("CPU time with children", (double)cpu_ns(&outcome.usage), 0.9 * burnt,
		      burnt + 0.5 * NS_PER_S);
	outcome__free(&outcome);
}

static void all_work_that_came_was_taken(void **state)
{
	struct outcome outcome = run_well("cond-wait --seconds 0.3");
	double produced = outcome__number(&outcome, "produced");

	(void)state;
	check_between("operations", outcome__number(&outcome, "operations"), produced, produced);
	check_between("produced", produced, 10, 150);
	check_between("parked", outcome__number(&outcome, "operation_ns") / thread_ns(&outcome),
		      0.9, 1);
	check_between("CPU time", (double)cpu_ns(&outcome.usage), 0, 0.1 * thread_ns(&outcome));
	outcome__free(&outcome);
}

/* A request wakes the thread that answers, and the client after its pause and, mostly, the answer.
 */
static void an_idle_echo_wakes_two_threads(void **state)
{
	struct outcome outcome = run_well("idle-echo --threads 200 --seconds 0.5");
	double requests = outcome__number(&outcome, "operations");

	(void)state;
	check_between("requests", requests, 1, 500);
	check_between("voluntary switches", (double)outcome.usage.ru_nvcsw, 2 * requests,
		      3 * requests + AROUND);
	check_between("requests a second", outcome__number(&outcome, "requests_per_second"),
		      requests / outcome__number(&outcome, "seconds"), 1000);
	outcome__free(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_has_the_usual_fields),
		cmocka_unit_test(only_one_thread_holds_the_mutex),
		cmocka_unit_test(cold_reads_come_from_the_device),
		cmocka_unit_test(the_busy_file_is_read_from_the_device),
		cmocka_unit_test(a_new_table_doubles_over_and_over),
		cmocka_unit_test(an_occupied_table_doubles_once_a_round),
		cmocka_unit_test(high_needs_the_limit),
		cmocka_unit_test(two_stacks_wait_3_to_1),
		cmocka_unit_test(a_storm_counts_its_switches),
		cmocka_unit_test(small_reads_are_system_calls),
		cmocka_unit_test(sleepers_do_not_switch),
		cmocka_unit_test(forks_burn_what_they_say),
		cmocka_unit_test(all_work_that_came_was_taken),
		cmocka_unit_test(an_idle_echo_wakes_two_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
