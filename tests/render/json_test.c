// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analysis_sample.h"
#include "cmocka_all.h"
#include "output.h"

#include <glib.h>
#include <json.h>
#include <math.h>
#include <stdlib.h>

static struct json_object *parse(const struct analysis *analysis)
{
	char *text = output__report(analysis, "json");
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *report;

	assert_true(g_utf8_validate(text, -1, NULL));
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8 |
						JSON_TOKENER_ALLOW_TRAILING_CHARS);
	report = json_tokener_parse_ex(tokener, text, -1);
	if (!report)
		fail_msg("%s", json_tokener_error_desc(json_tokener_get_error(tokener)));
	json_tokener_free(tokener);
	free(text);
	return report;
}

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, name, &value))
		fail_msg("there is no \"%s\"", name);
	return value;
}

static void the_contract_is_kept(void **state)
{
	static const char *const lists[] = {"causes", "functions", "locks",   "loss",
					    "cost",   "threads",   "syscalls"};
	struct json_object *report = parse(analysis_sample());
	struct json_object *capture = member(report, "capture");
	struct json_object *ledger = member(report, "ledger");
	struct json_object *cause;

	(void)state;
	assert_string_equal(json_object_get_string(member(report, "schema")), "wallflame-report-1");
	assert_true(json_object_get_int64(member(capture, "window_ns")) == 10000000000);
	assert_string_equal(json_object_get_string(member(capture, "backend")),
			    "bpf-raw-tracepoint");
	assert_string_equal(json_object_get_string(member(capture, "kernel")), "6.1.0-18");
	assert_int_equal(json_object_get_int(member(capture, "threads")), SAMPLE_THREADS);
	assert_true(json_object_get_int64(member(ledger, "wall_ns")) == 300000000000);
	assert_true(json_object_get_int64(member(ledger, "accounted_ns")) == 300000000000);
	assert_true(json_object_get_double(member(ledger, "error_ratio")) == 0);
	assert_true(json_object_get_int64(member(member(ledger, "states"), "running")) ==
		    30000000000);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		assert_true(json_object_is_type(member(report, lists[i]), json_type_array));
		assert_true(json_object_array_length(member(report, lists[i])) > 0);
	}
	cause = json_object_array_get_idx(member(report, "causes"), 0);
	assert_string_equal(json_object_get_string(member(cause, "path")), "lock/futex");
	assert_true(json_object_get_int64(member(cause, "ns")) == 60000000000);
	assert_true(json_object_get_double(member(cause, "share")) == 0.2);
	assert_true(json_object_get_int64(member(cause, "low")) == 57000000000);
	assert_true(json_object_get_int64(member(cause, "high")) == 63000000000);
	assert_string_equal(json_object_get_string(member(cause, "evidence")), "sampled");
	json_object_put(report);
}

static void who_waits_for_each_lock(void **state)
{
	struct json_object *report = parse(analysis_sample());
	struct json_object *locks = member(report, "locks");
	struct json_object *waiters = member(json_object_array_get_idx(locks, 0), "waiters");

	(void)state;
	assert_string_equal(json_object_to_json_string_ext(waiters, JSON_C_TO_STRING_PLAIN),
			    "[{\"comm\":\"worker\",\"threads\":3,\"count\":999,\"ns\":2600000000},"
			    "{\"comm\":\"fileread\",\"threads\":1,\"count\":1,\"ns\":400000000}]");
	json_object_put(report);
}

static void a_bounded_ledger_is_not_called_exact(void **state)
{
	static const char *const told[] = {"exact", "seen only"};
	struct analysis samples[2] = {*analysis_sample()};

	(void)state;
	analysis_sample__bounded(&samples[1]);
	for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
		struct json_object *report = parse(&samples[i]);

		assert_string_equal(
			json_object_get_string(member(member(report, "ledger"), "evidence")),
			told[i]);
		json_object_put(report);
	}
	analysis_sample__free(&samples[1]);
}

static void what_is_not_known_is_null(void **state)
{
	struct analysis analysis = *analysis_sample();
	struct json_object *report;
	struct json_object *row;

	(void)state;
	analysis.error_ratio = NAN;
	analysis.worst_thread_error_ratio = INFINITY;
	report = parse(&analysis);
	assert_null(member(member(report, "ledger"), "error_ratio"));
	assert_null(member(member(report, "ledger"), "worst_thread_error_ratio"));
	row = json_object_array_get_idx(member(report, "functions"), 1);
	assert_null(member(row, "calls"));
	assert_null(member(row, "calls_exact"));
	assert_null(member(row, "symbol"));
	assert_null(member(row, "counts"));
	assert_null(member(member(row, "inside"), "ns"));
	assert_null(member(member(row, "inside"), "basis"));
	assert_null(member(member(row, "latency"), "p99_ns"));
	assert_null(member(member(row, "latency"), "exact"));
	assert_string_equal(json_object_get_string(member(row, "backend")), "evidence");
	row = json_object_array_get_idx(member(report, "threads"), 0);
	assert_null(member(member(row, "kernel"), "runqueue_ns"));
	json_object_put(report);
}

static void reads_and_writes(void **state)
{
	struct json_object *report = parse(analysis_sample());
	struct json_object *process = json_object_array_get_idx(member(report, "processes"), 0);
	struct json_object *threads = member(report, "threads");
	struct json_object *io = member(process, "io");
	struct json_object *rest = member(process, "io_rest");

	(void)state;
	assert_true(json_object_get_int64(member(io, "read_calls")) == 1234567);
	assert_true(json_object_get_int64(member(io, "cancelled_write_bytes")) == 4096);
	assert_string_equal(json_object_get_string(member(io, "evidence")), "exact");
	assert_true(json_object_get_double(member(io, "bytes_per_write")) == 333);
	assert_true(fabs(json_object_get_double(member(io, "bytes_per_read")) - 64) < 1e-6);
	assert_true(fabs(json_object_get_double(member(io, "cached_at_least")) - 0.5) < 1e-5);
	assert_string_equal(json_object_get_string(member(io, "cached_evidence")), "estimated");
	assert_true(json_object_get_int64(member(rest, "read_bytes")) == 640);
	assert_true(json_object_get_int64(member(rest, "threads")) == 1);
	assert_true(json_object_get_boolean(member(rest, "children")));
	assert_string_equal(json_object_get_string(member(rest, "evidence")), "estimated");
	io = member(json_object_array_get_idx(threads, 0), "io");
	assert_true(json_object_get_int64(member(io, "read_calls")) == 0);
	assert_null(member(io, "bytes_per_read"));
	assert_null(member(io, "cached_at_least"));
	assert_null(member(json_object_array_get_idx(threads, 3), "io"));
	json_object_put(report);
}

static void user_stacks_tell_how_whole_they_are(void **state)
{
	struct analysis analysis = *analysis_sample();
	struct json_object *report, *stacks;

	(void)state;
	analysis.user_stacks[SIDE_ON_CPU] = (struct user_halves){0};
	report = parse(&analysis);
	stacks = member(report, "user_stacks");
	assert_true(json_object_get_int64(member(member(stacks, "all"), "weight_ns")) ==
		    100000000000);
	assert_true(json_object_get_double(member(member(stacks, "all"), "whole")) == 0.986);
	assert_true(json_object_get_double(member(member(stacks, "all"), "truncated")) == 0.01393);
	assert_true(json_object_get_double(member(member(stacks, "all"), "broken")) == 0);
	assert_true(json_object_get_double(member(member(stacks, "all"), "not_walked")) == 0);
	assert_true(json_object_get_double(member(member(stacks, "all"), "other")) == 0);
	assert_true(json_object_get_double(member(member(stacks, "off_cpu"), "place_only")) ==
		    0.0001);
	assert_true(json_object_get_int64(member(member(stacks, "on_cpu"), "weight_ns")) == 0);
	assert_null(member(member(stacks, "on_cpu"), "whole"));
	json_object_put(report);
}

static int64_t whole(struct json_object *object, const char *name)
{
	return json_object_get_int64(member(object, name));
}

static const char *word(struct json_object *object, const char *name)
{
	return json_object_get_string(member(object, name));
}

static void points_tell_all_they_know(void **state)
{
	struct json_object *report = parse(analysis_sample());
	struct json_object *row = json_object_array_get_idx(member(report, "functions"), 0);
	struct json_object *part = member(row, "inside");

	(void)state;
	assert_string_equal(word(row, "name"), "futex-wait");
	assert_string_equal(word(row, "backend"), "fentry");
	assert_string_equal(word(row, "counts"), "calls");
	assert_true(whole(row, "calls") == 123456789);
	assert_true(json_object_get_boolean(member(row, "calls_exact")));
	assert_null(member(row, "note"));
	assert_true(whole(part, "ns") == 62000000000);
	assert_true(whole(part, "low") == 59000000000);
	assert_true(whole(part, "high") == 66000000000);
	assert_string_equal(word(part, "basis"), "sampled");
	part = member(row, "latency");
	assert_true(whole(part, "timed") == 4321);
	assert_false(json_object_get_boolean(member(part, "exact")));
	assert_true(whole(part, "p50_ns") == 400000);
	assert_true(whole(part, "p90_ns") == 900000);
	assert_true(whole(part, "p99_ns") == 2500000);
	assert_true(whole(part, "p999_ns") == 7000000);
	assert_true(whole(part, "max_ns") == 81000000);
	assert_int_equal(json_object_array_length(member(row, "places")), 2);
	part = json_object_array_get_idx(member(row, "places"), 1);
	assert_string_equal(word(part, "place"), "futex_wait_queue_me");
	assert_string_equal(word(part, "backend"), "fentry");
	assert_string_equal(word(part, "error"), "no such function");
	assert_null(member(json_object_array_get_idx(member(row, "places"), 0), "error"));
	json_object_put(report);
}

/* The names of all members, those of objects inside with them. */
static void add_shape(GString *shape, struct json_object *object)
{
	json_object_object_foreach(object, name, value)
	{
		g_string_append_printf(shape, "%s ", name);
		if (json_object_is_type(value, json_type_object))
			add_shape(shape, value);
	}
}

static void the_shape_is_the_same_for_every_backend(void **state)
{
	struct json_object *report = parse(analysis_sample());
	GString *shapes[2];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		shapes[i] = g_string_new(NULL);
		add_shape(shapes[i], json_object_array_get_idx(member(report, "functions"), i));
	}
	assert_string_equal(shapes[0]->str, shapes[1]->str);
	for (size_t i = 0; i < 2; i++)
		g_string_free(shapes[i], TRUE);
	json_object_put(report);
}

static void strangers_break_nothing(void **state)
{
	static const char *const names[] = {"\xff\"\\\n\x01</script>", ""};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct analysis analysis;

		analysis_sample__hostile(&analysis, names[i]);
		json_object_put(parse(&analysis));
		analysis_sample__free(&analysis);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_contract_is_kept),
		cmocka_unit_test(who_waits_for_each_lock),
		cmocka_unit_test(a_bounded_ledger_is_not_called_exact),
		cmocka_unit_test(what_is_not_known_is_null),
		cmocka_unit_test(reads_and_writes),
		cmocka_unit_test(user_stacks_tell_how_whole_they_are),
		cmocka_unit_test(points_tell_all_they_know),
		cmocka_unit_test(the_shape_is_the_same_for_every_backend),
		cmocka_unit_test(strangers_break_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
