// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* As test_truth.c, for the workloads that wait for locks, for files and in queues. */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "tests/workloads/harness.h"

/* Calls and switches of starting and ending a process and its threads. */
#define AROUND 2000

/* Of a field of "per_thread". */
static double threads_sum(const struct outcome *outcome, const char *key)
{
	struct json_object *rows, *value;
	double sum = 0;

	assert_true(json_object_object_get_ex(outcome->json, "per_thread", &rows));
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		assert_true(
			json_object_object_get_ex(json_object_array_get_idx(rows, i), key, &value));
		sum += json_object_get_double(value);
	}
	return sum;
}

static void two_waits_are_asleep_3_to_1(void **state)
{
	struct outcome outcome = run_well("two-waits --seconds 0.5 --seed 5");
	double lock = outcome__number(&outcome, "lock_ns");
	double park = outcome__number(&outcome, "park_ns");
	double waits = outcome__number(&outcome, "operations");
	double asleep = threads_sum(&outcome, "blocked_ns");

	(void)state;
	check_between("ratio", lock / park, 3 * 0.95, 3 * 1.05);
	check_between("waits",
		      outcome__number(&outcome, "lock_waits") +
			      outcome__number(&outcome, "park_waits"),
		      waits, waits);
	check_between("asleep by all threads", lock + park, 0.98 * asleep, 1.005 * asleep);
	check_between("voluntary switches", (double)outcome.usage.ru_nvcsw, 0.95 * waits,
		      waits + AROUND);
	outcome__free(&outcome);
}

static void counts_are_exact(void **state)
{
	static const char *const counting[] = {"futex --hold 0.1", "dir-lock",	   "cond-wait",
					       "two-stacks",	   "two-waits",	   "dput",
					       "epoll-file",	   "file-service", "mixture",
					       "readahead-defeat"};
	/* Less than one for each thread; one; not the same number for each. */
	static const int numbers[] = {1, 3, 77};

	(void)state;
	for (size_t i = 0; i < sizeof(counting) / sizeof(counting[0]); i++)
		for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++) {
			char arguments[64];
			struct outcome outcome;

			snprintf(arguments, sizeof(arguments), "%s --threads 3 --operations %d",
				 counting[i], numbers[k]);
			outcome = run_well(arguments);
			check_between(arguments, outcome__number(&outcome, "operations"),
				      numbers[k], numbers[k]);
			outcome__free(&outcome);
		}
}

static void the_mutex_is_held_as_long_as_wanted(void **state)
{
	struct outcome outcome = run_well("futex --threads 3 --hold 2.5 --seconds 0.6");
	double holds = outcome__number(&outcome, "operations");

	(void)state;
	check_between("ms a hold", outcome__number(&outcome, "hold_ns") / holds / 1e6, 2.5, 100);
	outcome__free(&outcome);
}

/* At 0.25 s and 1.25 s. */
static void the_slow_holder_holds_50_ms_a_second(void **state)
{
	struct outcome outcome = run_well("futex --slow-holder --threads 3 --seconds 1.8");
	double holds = outcome__number(&outcome, "slow_holds");
	struct json_object *latency, *max;

	(void)state;
	check_between("slow_holds", holds, 2, 2);
	check_between("ms a slow hold", outcome__number(&outcome, "slow_hold_ns") / holds / 1e6, 50,
		      500);
	check_between("the longest in ms", outcome__number(&outcome, "slow_hold_max_ns") / 1e6, 50,
		      900);
	/* Nobody else gets the mutex meanwhile. */
	assert_true(json_object_object_get_ex(outcome.json, "latency", &latency));
	assert_true(json_object_object_get_ex(latency, "max_ns", &max));
	check_between("the longest wait in ms", (double)json_object_get_int64(max) / 1e6, 45, 500);
	outcome__free(&outcome);
}

static void events_do_not_know_files(void **state)
{
	struct outcome outcome = run_well("epoll-file --threads 3 --operations 3001");

	(void)state;
	check_between("epoll_refused", outcome__number(&outcome, "epoll_refused"), 3001, 3001);
	check_between("epoll_accepted", outcome__number(&outcome, "epoll_accepted"), 0, 0);
	check_between("select_ready", outcome__number(&outcome, "select_ready"), 3001, 3001);
	check_between("poll_ready", outcome__number(&outcome, "poll_ready"), 3001, 3001);
	/* A call that waited would have slept: 6002 times. */
	check_between("voluntary switches", (double)outcome.usage.ru_nvcsw, 0, 1000);
	outcome__free(&outcome);
}

static void a_walk_by_reference_costs_more(void **state)
{
	struct outcome outcome = run_well("dput --threads 2 --operations 20000");

	(void)state;
	assert_true(outcome__number(&outcome, "alone_by_reference_ns") >
		    outcome__number(&outcome, "alone_by_rcu_ns"));
	check_between("CPU time", (double)cpu_ns(&outcome.usage),
		      0.98 * outcome__number(&outcome, "cpu_ns"),
		      outcome__number(&outcome, "cpu_ns") + 0.3 * NS_PER_S);
	/* Alone or not, a look-up is the same work. */
	check_between("CPU time a look-up", outcome__number(&outcome, "cpu_ns") / 20000,
		      0.5 * outcome__number(&outcome, "alone_by_reference_ns"),
		      20 * outcome__number(&outcome, "alone_by_reference_ns"));
	outcome__free(&outcome);
}

static void a_service_accounts_for_its_requests(void **state)
{
	static const char *const parts[] = {"futex_wait_ns", "idle_ns", "open_ns", "read_ns",
					    "renew_ns"};
	struct outcome outcome = run_well("file-service --threads 4 --seconds 0.8 --seed 7");
	double cold = outcome__number(&outcome, "cold_reads");
	double reads = outcome__number(&outcome, "reads");
	double sum = 0;

	(void)state;
	check_between("reads and renewals", reads + outcome__number(&outcome, "renewals"),
		      outcome__number(&outcome, "operations"),
		      outcome__number(&outcome, "operations"));
	/* Chances: one in eight is cold, one in four of the others is renewed. */
	check_between("cold of all requests", cold / outcome__number(&outcome, "operations"), 0.09,
		      0.16);
	check_between("read of all requests", reads / outcome__number(&outcome, "operations"), 0.74,
		      0.82);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		sum += outcome__number(&outcome, parts[i]);
	check_between("the parts", sum / thread_ns(&outcome), 0.8, 1);
	/* Two pages each; of two threads that read one file at a time only one fetches it. */
	check_between("read_bytes of the process", (double)outcome.device_read_bytes,
		      0.7 * 8192 * cold, 1.2 * 8192 * cold + (4 << 20));
	outcome__free(&outcome);
}

static void check_mixture(const char *arguments, const double shares[4])
{
	static const char *const parts[] = {"fd_ns", "page_ns", "futex_ns", "cpu_ns"};
	struct outcome outcome = run_well(arguments);
	double cpu = outcome__number(&outcome, "cpu_ns");
	struct json_object *latency, *longest;
	double room, sum = 0;

	for (int i = 0; i < 4; i++)
		sum += outcome__number(&outcome, parts[i]);
	/* No account of a thread is off by more than a turn; a loaded machine makes turns long. */
	assert_true(json_object_object_get_ex(outcome.json, "latency", &latency));
	assert_true(json_object_object_get_ex(latency, "max_ns", &longest));
	room = 100 * outcome__number(&outcome, "threads") * json_object_get_double(longest) / sum;
	room = room > 2 ? room : 2;
	for (int i = 0; i < 4; i++)
		check_between(parts[i], 100 * outcome__number(&outcome, parts[i]) / sum,
			      shares[i] - room, shares[i] + room);
	/* With what is on no part's account it is the threads' lives. */
	sum += outcome__number(&outcome, "other_ns") + outcome__number(&outcome, "delay_ns");
	check_between("all accounts", sum / thread_ns(&outcome), 0.95, 1);
	check_between("CPU time", (double)cpu_ns(&outcome.usage), cpu, cpu + 0.3 * sum);
	assert_true((outcome.device_read_bytes > 1 << 20) == (shares[1] > 0));
	outcome__free(&outcome);
}

static void a_mixture_has_the_shares_wanted(void **state)
{
	(void)state;
	check_mixture("mixture --seconds 3", (double[]){20, 30, 25, 25});
	check_mixture("mixture --seconds 2 --threads 2 --page 50 --cpu 50 --seed 3",
		      (double[]){0, 50, 0, 50});
	check_mixture("mixture --seconds 1 --cpu 100", (double[]){0, 0, 0, 100});
}

static void check_readahead(const char *options, double most, double least)
{
	struct outcome outcome;
	char arguments[128];
	double bytes, device;

	snprintf(arguments, sizeof(arguments), "readahead-defeat --seconds 0.6 --threads 4 %s",
		 options);
	outcome = run_well(arguments);
	bytes = outcome__number(&outcome, "bytes");
	device = outcome__number(&outcome, "device_bytes");
	check_between("bytes", bytes, 4096 * outcome__number(&outcome, "operations"),
		      4096 * outcome__number(&outcome, "operations"));
	check_between(arguments, device / bytes, least, most);
	check_between("read_bytes of the process", (double)outcome.device_read_bytes, device,
		      1.05 * device + (4 << 20));
	check_between("read calls of the process", (double)outcome.read_calls, bytes / 4096,
		      bytes / 4096 + AROUND);
	outcome__free(&outcome);
}

/* The device gives what is read and nothing else: no readahead; of one page, all threads have one.
 */
static void no_readahead_helps(void **state)
{
	static const char *const places[] = {"here", "ext4", "xfs"};

	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char options[64];

		snprintf(options, sizeof(options), "--fs %s", places[i]);
		check_readahead(options, 1.1, 0.9);
		snprintf(options, sizeof(options), "--fs %s --pattern holes", places[i]);
		check_readahead(options, 1.1, 0.9);
		snprintf(options, sizeof(options), "--fs %s --pattern same-page", places[i]);
		check_readahead(options, 0.5, 0.2);
	}
}

/* Where device-mapper is, the latency is known; where it is not, what is missing is named. */
static void a_delay_is_the_latency(void **state)
{
	struct outcome outcome = run("readahead-defeat --fs ext4 --delay 7 --operations 40");
	struct json_object *latency, *p50;

	(void)state;
	if (outcome.exit_status) {
		assert_int_equal(outcome.exit_status, 1);
		assert_int_equal(count_lines(outcome.err), 1);
		assert_true(strstr(outcome.err, "/dev/mapper/control cannot be opened") ||
			    strstr(outcome.err, "module dm_delay"));
	} else {
		assert_true(json_object_object_get_ex(outcome.json, "latency", &latency));
		assert_true(json_object_object_get_ex(latency, "p50_ns", &p50));
		check_between("P50 in ms", (double)json_object_get_int64(p50) / 1e6, 7, 40);
	}
	assert_false(outcome.left_files);
	outcome__free(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_waits_are_asleep_3_to_1),
		cmocka_unit_test(counts_are_exact),
		cmocka_unit_test(the_mutex_is_held_as_long_as_wanted),
		cmocka_unit_test(the_slow_holder_holds_50_ms_a_second),
		cmocka_unit_test(events_do_not_know_files),
		cmocka_unit_test(a_walk_by_reference_costs_more),
		cmocka_unit_test(a_service_accounts_for_its_requests),
		cmocka_unit_test(a_mixture_has_the_shares_wanted),
		cmocka_unit_test(no_readahead_helps),
		cmocka_unit_test(a_delay_is_the_latency),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
