// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Is what fd-storm, the readers and the cures say of themselves true? The kernel's accounts judge.
 */
#include <errno.h>
#include <json-c/json.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "tests/workloads/harness.h"

/* Read calls and bytes of starting and ending a process and its threads, and of looks into /proc.
 */
#define CALLS_AROUND 400
#define BYTES_AROUND (1 << 18)
#define PAGE 4096

static double sum_of_threads(const struct outcome *outcome, const char *key)
{
	struct json_object *threads, *value;
	double sum = 0;

	assert_true(json_object_object_get_ex(outcome->json, "per_thread", &threads));
	for (size_t i = 0; i < json_object_array_length(threads); i++) {
		assert_true(json_object_object_get_ex(json_object_array_get_idx(threads, i), key,
						      &value));
		sum += json_object_get_double(value);
	}
	return sum;
}

static double latency(const struct outcome *outcome, const char *key)
{
	struct json_object *object, *value;

	assert_true(json_object_object_get_ex(outcome->json, "latency", &object));
	assert_true(json_object_object_get_ex(object, key, &value));
	return json_object_get_double(value);
}

static void check_is(const struct outcome *outcome, const char *key, double expected)
{
	check_between(key, outcome__number(outcome, key), expected, expected);
}

static void operations_are_as_many_as_wanted(void **state)
{
	static const char *const workloads[] = {
		"fd-storm",
		"fd-storm --files 100",
		"fd-storm --occupy 256",
		"fd-storm --steady",
		"fd-storm --steady --table own",
		"fd-storm --exhaust --occupy 512",
		"cold-read --advice none",
		"cold-read --advice willneed",
		"cold-read --advice warm",
		"small-read",
		"cure-mmap --way before",
		"cure-mmap --way after",
		"cure-pieces --way before",
		"cure-pieces --way after --cold",
		"cure-readahead --way before",
		"cure-readahead --way after",
		"cure-uring --way before",
		"cure-uring --way after",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++) {
		char arguments[96];
		struct outcome outcome;

		snprintf(arguments, sizeof(arguments), "%s --threads 3 --operations 1009",
			 workloads[i]);
		outcome = run_well(arguments);
		if (outcome__number(&outcome, "operations") != 1009 ||
		    sum_of_threads(&outcome, "operations") != 1009)
			fail_msg("%s: %s", workloads[i], outcome.out);
		outcome__free(&outcome);
	}
}

static void every_open_of_a_round_has_its_time(void **state)
{
	struct outcome outcome = run_well("fd-storm --threads 3 --operations 20011");

	(void)state;
	check_is(&outcome, "opened", 20011);
	check_is(&outcome, "emfile", 0);
	check_between("latency.count", latency(&outcome, "count"), 20011, 20011);
	check_is(&outcome, "operation_ns",
		 outcome__number(&outcome, "open_ns") + outcome__number(&outcome, "close_ns"));
	/* As many as a round has open at a time. */
	check_between("highest_fd", outcome__number(&outcome, "highest_fd"), 4000, 8050);
	outcome__free(&outcome);
}

static void a_steady_table_gives_the_numbers_it_says(void **state)
{
	struct outcome outcome = run_well("fd-storm --steady --threads 3 --operations 3000");

	(void)state;
	check_between("lowest_fd", outcome__number(&outcome, "lowest_fd"), 3, 63);
	check_between("highest_fd", outcome__number(&outcome, "highest_fd"), 3, 63);
	outcome__free(&outcome);
	outcome = run_well("fd-storm --steady --threads 3 --operations 3000 --occupy 4096");
	check_between("lowest_fd", outcome__number(&outcome, "lowest_fd"), 4096, 4159);
	check_between("highest_fd", outcome__number(&outcome, "highest_fd"), 4096, 4159);
	outcome__free(&outcome);
	/* Each has one file at a time: in a table of its own it has the same number every time. */
	outcome = run_well("fd-storm --steady --threads 3 --operations 3000 --occupy 4096 "
			   "--table own");
	check_is(&outcome, "highest_fd", outcome__number(&outcome, "lowest_fd"));
	outcome__free(&outcome);
}

static void high_descriptors_or_what_is_in_the_way(void **state)
{
	struct child child =
		child__start("fd-storm --steady --high --json --operations 1000", NULL, 20000);
	struct outcome outcome = child__wait(&child);

	(void)state;
	if (outcome.exit_status == 0) {
		check_between("lowest_fd", outcome__number(&outcome, "lowest_fd"), 65536, 65600);
	} else {
		assert_int_equal(count_lines(outcome.err), 1);
		assert_non_null(strstr(outcome.err, "hard limit RLIMIT_NOFILE is 20000"));
		assert_non_null(strstr(outcome.err, "--occupy (here at most 16384)"));
		outcome__free(&outcome);
		/* What it says can be can be. */
		child = child__start("fd-storm --steady --occupy 16384 --json --operations 1000",
				     NULL, 20000);
		outcome = child__wait(&child);
		assert_int_equal(outcome.exit_status, 0);
		check_between("lowest_fd", outcome__number(&outcome, "lowest_fd"), 16384, 16450);
	}
	outcome__free(&outcome);
}

static void descriptors_end_at_the_limit(const char *options, rlim_t max_files, double limit)
{
	struct child child;
	struct outcome outcome;
	char arguments[96];

	snprintf(arguments, sizeof(arguments), "fd-storm --exhaust --json --operations 9001 %s",
		 options);
	child = child__start(arguments, NULL, max_files);
	outcome = child__wait(&child);
	assert_string_equal(outcome.err, "");
	check_is(&outcome, "limit", limit);
	check_is(&outcome, "highest_fd", limit - 1);
	check_is(&outcome, "operations", 9001);
	check_is(&outcome, "opened", 9001 - outcome__number(&outcome, "emfile"));
	/* Who has been refused gives back one, and is refused again after one more. */
	check_between("emfile", outcome__number(&outcome, "emfile"), 3000, 9000);
	/* The books could be read although there was no descriptor left. */
	assert_true(sum_of_threads(&outcome, "delay_ns") >= 0);
	outcome__free(&outcome);
}

static void a_full_table_refuses_and_is_counted(void **state)
{
	(void)state;
	descriptors_end_at_the_limit("--occupy 512", 0, 512);
	descriptors_end_at_the_limit("--occupy 512 --table own", 0, 512);
	descriptors_end_at_the_limit("", 1024, 1024);
}

/* 64 files of 8 pages for one thread, again and again. */
static struct outcome read_files(const char *advice)
{
	char arguments[128];

	snprintf(arguments, sizeof(arguments),
		 "cold-read --threads 1 --files 64 --file-size 32768 --operations 1000 --advice %s",
		 advice);
	return run_well(arguments);
}

static void the_cache_is_hit_as_it_is_said(void **state)
{
	struct outcome cold = read_files("none");
	struct outcome warm = read_files("warm");
	struct outcome ahead = read_files("willneed");
	struct outcome *all[] = {&cold, &warm, &ahead};

	(void)state;
	for (int i = 0; i < 3; i++) {
		check_is(all[i], "bytes", 1000.0 * 32768);
		check_is(all[i], "hit_pages", 8000 - outcome__number(all[i], "missed_pages"));
		check_is(all[i], "hit_share", outcome__number(all[i], "hit_pages") / 8000);
	}
	check_between("hit_share, cold", outcome__number(&cold, "hit_share"), 0, 0.05);
	check_between("device_bytes, cold", outcome__number(&cold, "device_bytes"),
		      outcome__number(&cold, "missed_pages") * PAGE, 1.05 * 1000 * 32768);
	check_between("hit_share, warm", outcome__number(&warm, "hit_share"), 0.99, 1);
	check_between("device_bytes, warm", outcome__number(&warm, "device_bytes"), 0,
		      outcome__number(&warm, "missed_pages") * PAGE);
	/* The device reads them, but mostly before their turn. */
	check_between("device_bytes, announced", outcome__number(&ahead, "device_bytes"),
		      0.95 * 1000 * 32768, 1.1 * 1000 * 32768);
	check_between("hit_share, announced", outcome__number(&ahead, "hit_share"), 0.3, 1);
	assert_true(latency(&warm, "p50_ns") < latency(&cold, "p50_ns"));
	for (int i = 0; i < 3; i++)
		outcome__free(all[i]);
}

static void small_reads_are_of_the_size_they_say(void **state)
{
	static const int sizes[] = {1, 64, 512, 4096, 65536};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct outcome outcome;
		char arguments[64];
		double bytes = 5003.0 * sizes[i];

		snprintf(arguments, sizeof(arguments), "small-read --operations 5003 --size %d",
			 sizes[i]);
		outcome = run_well(arguments);
		check_is(&outcome, "bytes", bytes);
		check_between("rchar of the process", (double)outcome.read_chars, bytes,
			      bytes + BYTES_AROUND);
		check_between("read calls of the process", (double)outcome.read_calls, 5003,
			      5003 + CALLS_AROUND);
		outcome__free(&outcome);
	}
}

struct pair {
	struct outcome before;
	struct outcome after;
};

/* Both ways do the same work, by the same count, and the kernel has counted their calls, too. */
static struct pair both_ways(const char *cure, double operations, double bytes_of_one)
{
	struct pair pair;
	struct outcome *ways[] = {&pair.before, &pair.after};

	for (int way = 0; way < 2; way++) {
		char arguments[128];

		snprintf(arguments, sizeof(arguments), "%s --operations %.0f --way %s", cure,
			 operations, way ? "after" : "before");
		*ways[way] = run_well(arguments);
		check_is(ways[way], "operations", operations);
		check_is(ways[way], "bytes", operations * bytes_of_one);
		check_between("read calls of the process", (double)ways[way]->read_calls,
			      outcome__number(ways[way], "read_calls"),
			      outcome__number(ways[way], "read_calls") + CALLS_AROUND);
	}
	return pair;
}

static void pair__free(struct pair *pair)
{
	outcome__free(&pair->before);
	outcome__free(&pair->after);
}

static void larger_pieces_are_fewer_calls(void **state)
{
	struct pair pair = both_ways("cure-pieces", 3001, 65536);

	(void)state;
	check_is(&pair.before, "read_calls", 16 * 3001);
	check_is(&pair.after, "read_calls", 3001);
	check_is(&pair.before, "device_bytes", 0);
	pair__free(&pair);
	pair = both_ways("cure-pieces --cold --threads 1 --file-size 1048576", 800, 65536);
	check_between("device_bytes", outcome__number(&pair.before, "device_bytes"), 800 * 65536,
		      1.1 * 800 * 65536);
	check_between("device_bytes", outcome__number(&pair.after, "device_bytes"), 800 * 65536,
		      1.1 * 800 * 65536);
	pair__free(&pair);
}

static void a_pool_waits_side_by_side(void **state)
{
	struct pair pair = both_ways("cure-pool", 24, 8192);

	(void)state;
	check_is(&pair.before, "threads", 1);
	check_is(&pair.after, "threads", 12);
	check_between("wait_ns", outcome__number(&pair.before, "wait_ns"), 24 * 50e6, 24 * 100e6);
	check_between("wait_ns", outcome__number(&pair.after, "wait_ns"), 24 * 50e6, 24 * 100e6);
	check_between("tasks a second", outcome__number(&pair.before, "tasks_per_second"), 5, 20);
	check_between("times as many tasks a second",
		      outcome__number(&pair.after, "tasks_per_second") /
			      outcome__number(&pair.before, "tasks_per_second"),
		      3, 100);
	pair__free(&pair);
}

static void a_mapping_needs_no_calls(void **state)
{
	struct pair pair = both_ways("cure-mmap", 300007, 64);

	(void)state;
	check_is(&pair.before, "read_calls", 300007);
	check_is(&pair.before, "system_calls", 2 * 300007);
	check_is(&pair.after, "system_calls", 0);
	check_is(&pair.before, "torn", 0);
	check_is(&pair.after, "torn", 0);
	check_between("records", outcome__number(&pair.before, "records"), 2, 1e6);
	assert_true(latency(&pair.after, "p50_ns") < latency(&pair.before, "p50_ns"));
	pair__free(&pair);
}

static void a_ring_takes_many_reads_a_call(void **state)
{
	struct pair pair = both_ways("cure-uring --seed 7 --file-size 8388608", 4001, PAGE);

	(void)state;
	check_is(&pair.before, "read_calls", 4001);
	check_is(&pair.after, "read_calls", 0);
	check_between("system_calls", outcome__number(&pair.after, "system_calls"), 4001.0 / 32,
		      4001);
	check_is(&pair.before, "device_bytes", 4001.0 * PAGE);
	check_is(&pair.after, "device_bytes", 4001.0 * PAGE);
	pair__free(&pair);
}

static void readahead_comes_before_the_reader(void **state)
{
	struct pair pair = both_ways("cure-readahead --threads 1", 6000, PAGE);

	(void)state;
	check_is(&pair.before, "device_bytes", 6000.0 * PAGE);
	check_is(&pair.before, "advice_calls", 0);
	/* One and a half passes: the second window of the second half is announced already. */
	check_between("device_bytes", outcome__number(&pair.after, "device_bytes"), 6000.0 * PAGE,
		      6000.0 * PAGE + 3 * (1 << 20));
	check_between("advice_calls", outcome__number(&pair.after, "advice_calls"), 20, 30);
	assert_true(latency(&pair.after, "p50_ns") < latency(&pair.before, "p50_ns"));
	pair__free(&pair);
}

/* As container runtimes do. The filter stays with this process and its children: the last test. */
static void io_uring_that_is_refused_is_told(void **state)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(filter) / sizeof(filter[0]), filter};
	struct outcome outcome;

	(void)state;
	assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	assert_int_equal(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
	outcome = run("cure-uring --way after");
	assert_int_equal(outcome.exit_status, 1);
	assert_string_equal(outcome.out, "");
	assert_int_equal(count_lines(outcome.err), 1);
	assert_non_null(strstr(outcome.err, "the kernel refuses io_uring"));
	assert_non_null(strstr(outcome.err, "Operation not permitted"));
	assert_false(outcome.left_files);
	outcome__free(&outcome);
	/* The other way needs none. */
	outcome = run_well("cure-uring --way before --operations 10");
	outcome__free(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operations_are_as_many_as_wanted),
		cmocka_unit_test(every_open_of_a_round_has_its_time),
		cmocka_unit_test(a_steady_table_gives_the_numbers_it_says),
		cmocka_unit_test(high_descriptors_or_what_is_in_the_way),
		cmocka_unit_test(a_full_table_refuses_and_is_counted),
		cmocka_unit_test(the_cache_is_hit_as_it_is_said),
		cmocka_unit_test(small_reads_are_of_the_size_they_say),
		cmocka_unit_test(larger_pieces_are_fewer_calls),
		cmocka_unit_test(a_pool_waits_side_by_side),
		cmocka_unit_test(a_mapping_needs_no_calls),
		cmocka_unit_test(a_ring_takes_many_reads_a_call),
		cmocka_unit_test(readahead_comes_before_the_reader),
		cmocka_unit_test(io_uring_that_is_refused_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
