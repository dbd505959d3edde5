// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* From a capture file to every output: nothing of the ledger is lost on the way. */
#include "cmocka_all.h"
#include "output.h"

#include "render/flame_stack.h"
#include "store/writer.h"

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000000000
#define FUTEX 202

static const struct store_capture capture = {
	.tool_version = "0.1.0",
	.host = "build-7",
	.kernel = "6.1.0",
	.machine = "x86_64",
	.cpus = 2,
	.started_unix_ns = 1700000000000000000,
	.t0_ns = SECOND,
	.progress_ns = 3LL * SECOND,
	.slice_ns = SECOND,
	.backend = "bpf-raw-tracepoint",
	.cpu_clock = "cpu-clock",
	.cpu_clock_hz = 99,
	.lock_backend = "none",
	.stack_period_ns = 1000000,
	.target = "./pool",
};

struct writing {
	struct store_writer *writer;
	store_id threads[2];
	store_id running;
	store_id sleeping;
};

/* "a^b^c": b is inlined into a, c into b. */
static store_id write_stack(struct store_writer *writer, store_id parent,
			    enum store_frame_kind kind, const char *symbol)
{
	char **names = g_strsplit(symbol, "^", -1);
	const struct store_frame frame = {.kind = kind, .symbol = names[0]};
	struct store_stack stack = {.parent = parent};
	store_id id;

	assert_int_equal(store_writer__frame(writer, &frame, &stack.frame), 0);
	for (int64_t depth = 1; names[depth]; depth++)
		assert_int_equal(store_writer__frame_inline(writer, stack.frame, depth,
							    names[depth], "/src/<i>.h", depth),
				 0);
	g_strfreev(names);
	assert_int_equal(store_writer__stack(writer, &stack, &id), 0);
	return id;
}

static void write_things(struct writing *to)
{
	struct store_process process = {.pid = 77, .comm = "pool", .uid = -1};
	static const char *const comms[] = {"pool", "worker;1"};
	store_id process_id;
	store_id root;

	assert_int_equal(store_writer__process(to->writer, &process, &process_id), 0);
	for (int i = 0; i < 2; i++) {
		const struct store_thread thread = {.process = process_id,
						    .tid = 77 + i,
						    .comm = comms[i],
						    .start_ns = SECOND,
						    .end_ns = 3LL * SECOND};

		assert_int_equal(store_writer__thread(to->writer, &thread, &to->threads[i]), 0);
	}
	for (int i = 0; i < 2; i++) {
		const struct store_slice slice = {
			.id = i + 1, .start_ns = (1LL + i) * SECOND, .end_ns = (2LL + i) * SECOND};

		assert_int_equal(store_writer__slice(to->writer, &slice), 0);
	}
	root = write_stack(to->writer, 0, FRAME_USER, "main");
	to->running = write_stack(to->writer, root, FRAME_USER, "compute<a;b>^step^add");
	to->sleeping = write_stack(to->writer, root, FRAME_USER, "pthread_mutex_lock");
	to->sleeping = write_stack(to->writer, to->sleeping, FRAME_KERNEL,
				   "__futex_wait^futex_wait_queue");
}

static void write_times(const struct writing *to)
{
	for (int i = 0; i < 4; i++) {
		struct store_ledger ledger = {.thread = to->threads[i % 2],
					      .slice = i / 2 + 1,
					      .state = STATE_RUNNING,
					      .syscall = SYSCALL_NONE,
					      .count = 3,
					      .ns = 333333333};
		struct store_evidence evidence = {.thread = ledger.thread,
						  .slice = ledger.slice,
						  .state = STATE_RUNNING,
						  .syscall = SYSCALL_NONE,
						  .stack = to->running,
						  .futex_op = FUTEX_OP_NONE,
						  .count = 30,
						  .ns = 300000000,
						  .weight = 3e8};

		assert_int_equal(store_writer__ledger(to->writer, &ledger), 0);
		assert_int_equal(store_writer__evidence(to->writer, &evidence), 0);
		ledger.state = evidence.state = STATE_INTERRUPTIBLE;
		ledger.syscall = evidence.syscall = FUTEX;
		ledger.class = evidence.class = 27;
		ledger.ns = 600000000;
		ledger.runqueue_ns = SECOND - 333333333 - 600000000;
		assert_int_equal(store_writer__ledger(to->writer, &ledger), 0);
		evidence.stack = to->sleeping;
		evidence.futex_op = 0;
		evidence.count = 1;
		evidence.ns = 200000000;
		evidence.weight = 6e8;
		evidence.runqueue_ns = 20000000;
		evidence.runqueue_weight = 6e7;
		assert_int_equal(store_writer__evidence(to->writer, &evidence), 0);
	}
}

/* Three calls of a point that were all timed, two of them with a stack. */
static void write_calls(const struct writing *to)
{
	static const struct store_probe points[] = {
		{"futex-wait", BACKEND_FENTRY, COUNTS_CALLS, NULL},
		{"page-cache-fill", BACKEND_TRACEPOINT, COUNTS_PAGES, "no \x1b[2Jfunctions"},
		{"\x1b[2J", BACKEND_KPROBE, COUNTS_CALLS, NULL},
	};
	const struct store_probe_call calls = {
		.probe = 1,
		.thread = to->threads[1],
		.calls = 3,
		.timed = 3,
		.ns = 1500,
		.max_ns = 800,
		.weight = 3,
		.ns_weight = 1500,
	};
	const struct store_probe_evidence evidence = {.probe = 1,
						      .thread = to->threads[1],
						      .slice = 1,
						      .stack = to->sleeping,
						      .count = 2,
						      .ns = 700,
						      .weight = 700};

	store_id id;

	for (size_t i = 0; i < G_N_ELEMENTS(points); i++)
		assert_int_equal(store_writer__probe(to->writer, &points[i], &id), 0);
	assert_int_equal(store_writer__probe_call(to->writer, &calls), 0);
	assert_int_equal(store_writer__probe_evidence(to->writer, &evidence), 0);
}

static void write_capture(const char *path)
{
	struct store_span span = {.start_ns = SECOND,
				  .end_ns = 2LL * SECOND,
				  .state = STATE_PREEMPTED,
				  .syscall = SYSCALL_NONE};
	struct writing to;
	char *error = NULL;

	assert_int_equal(store_writer__create(&to.writer, path, true, &error), 0);
	assert_int_equal(store_writer__capture(to.writer, &capture), 0);
	write_things(&to);
	write_times(&to);
	span.thread = to.threads[0];
	span.stack = to.running;
	assert_int_equal(store_writer__span(to.writer, &span), 0);
	write_calls(&to);
	assert_int_equal(store_writer__cost(to.writer, "cpu_ns", 1000, "ns"), 0);
	assert_int_equal(store_writer__commit(to.writer), 0);
	assert_int_equal(store_writer__close(to.writer, 3LL * SECOND, "duration", 1000000, &error),
			 0);
}

static int load(void **state)
{
	char *path = NULL;
	char *error = NULL;
	struct analysis *analysis;
	int fd = g_file_open_tmp("wallflame-XXXXXX.db", &path, NULL);

	if (fd < 0)
		return -1;
	(void)g_close(fd, NULL);
	write_capture(path);
	if (analysis__load(&analysis, path, &error)) {
		print_error("%s\n", error);
		return -1;
	}
	(void)g_unlink(path);
	g_free(path);
	*state = analysis;
	return 0;
}

static int unload(void **state)
{
	analysis__free(*state);
	return 0;
}

static char *folded(const struct analysis *analysis, const char *view, int64_t *total)
{
	struct flame *flame = NULL;
	char *error = NULL;
	char *text;

	const struct flame_wish wish = output__wish(view);

	assert_int_equal(flame__from_analysis(&flame, analysis, &wish, &error), 0);
	text = output__flame(flame, "folded");
	*total = flame__total(flame);
	assert_true(output__folded_sum(text) == *total);
	flame__free(flame);
	return text;
}

static void every_view_keeps_its_ns(void **state)
{
	const struct analysis *analysis = *state;
	int64_t wall;
	int64_t cause;
	int64_t on;
	int64_t off;

	free(folded(analysis, "wall", &wall));
	free(folded(analysis, "cause", &cause));
	free(folded(analysis, "oncpu", &on));
	free(folded(analysis, "offcpu", &off));
	assert_true(wall == 4LL * SECOND);
	assert_true(cause == wall);
	assert_true(llabs(on - 4LL * 333333333) <= 1);
	assert_true(llabs(on + off - wall) <= 1);
	assert_true(fabs(analysis->accounted_ns - (double)wall) < 1);
}

static void stacks_are_whole(void **state)
{
	int64_t total;
	char *text = folded(*state, "wall", &total);

	assert_non_null(strstr(text, "pool;main;compute<a:b>;step_[i];add_[i] "));
	assert_non_null(strstr(
		text,
		"pool;worker:1;main;pthread_mutex_lock;__futex_wait_[k];futex_wait_queue_[k] "));
	assert_non_null(strstr(text, "futex_wait_queue_[k];[waiting for a CPU] "));
	free(text);
	text = folded(*state, "cause", &total);
	assert_non_null(strstr(text, "lock;futex;pool;worker:1;main;pthread_mutex_lock;"));
	assert_non_null(strstr(text, "switching;run-queue;pool;main;"));
	free(text);
}

/* The time of an inlined function is its own, not that of the one it was inlined into. */
static void inlined_functions_have_their_time(void **state)
{
	int64_t total;
	char *text = folded(*state, "oncpu", &total);
	char *error = NULL;
	FILE *in;
	struct flame *again = NULL;
	char *same;

	assert_null(strstr(text, "compute<a:b> "));
	assert_null(strstr(text, "step_[i] "));
	in = fmemopen(text, strlen(text), "r");
	assert_int_equal(flame__from_folded(&again, in, "text", &error), 0);
	(void)fclose(in);
	same = output__flame(again, "folded");
	assert_string_equal(same, text);
	flame__free(again);
	free(same);
	free(text);
}

static void a_point_has_its_picture(void **state)
{
	struct flame *flame = NULL;
	char *error = NULL;
	char *text;

	assert_int_equal(flame__from_probe(&flame, *state, "futex-wait", &error), 0);
	assert_true(flame__total(flame) == 1500);
	text = output__flame(flame, "folded");
	assert_string_equal(text, "[no stack] 800\n"
				  "pool;worker:1;main;pthread_mutex_lock;__futex_wait_[k];"
				  "futex_wait_queue_[k] 700\n");
	free(text);
	text = output__flame(flame, "svg");
	assert_non_null(strstr(text, "./pool: time inside futex-wait, reached by fentry"));
	assert_non_null(strstr(text, "1.500 us inside, exact · 3 calls"));
	assert_non_null(strstr(text, "[no stack]"));
	free(text);
	flame__free(flame);
}

static void a_point_without_a_picture_is_told(void **state)
{
	static const char *const cases[][2] = {
		{"futex", "there is no probe point 'futex' in this capture; it has "},
		{"futex", "futex-wait, "},
		{"futex", "dput"},
		{"\x1b\n", "no probe point '?\?'"},
		{"\x1b[2J",
		 "no call of ?[2J was timed: it was reached by kprobe, which counts calls"},
		{"page-cache-fill", "no call of page-cache-fill was timed: it was reached by "
				    "tracepoint, which counts pages (no ?[2Jfunctions)"},
		{"dput", "no call of dput was timed: it was reached by evidence"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct flame *flame = NULL;
		char *error = NULL;

		assert_int_equal(flame__from_probe(&flame, *state, cases[i][0], &error), -ENOENT);
		assert_null(flame);
		if (!strstr(error, cases[i][1]))
			fail_msg("%s has no %s", error, cases[i][1]);
		free(error);
	}
}

static void reports_are_made(void **state)
{
	char *text = output__report(*state, "text");
	char *again = output__report(*state, "text");
	char *json = output__report(*state, "json");

	assert_string_equal(text, again);
	assert_non_null(strstr(text, "wallflame report of ./pool"));
	assert_non_null(strstr(text, "lock/futex took"));
	assert_non_null(strstr(text, "Nothing was lost."));
	assert_non_null(strstr(json, "\"wall_ns\": 4000000000"));
	assert_non_null(strstr(json, "\"name\": \"add\",\n          \"module\": null,\n"
				     "          \"file\": \"/src/<i>.h\",\n          \"line\": 2,\n"
				     "          \"inlined\": true\n"));
	free(text);
	free(again);
	free(json);
}

static void what_cannot_be_drawn_says_why(void **state)
{
	(void)state;
	assert_non_null(strstr(flame_stack__refusal(-E2BIG), "more stacks or frames"));
	assert_non_null(strstr(flame_stack__refusal(-ERANGE), "cannot be summed"));
	assert_non_null(strstr(flame_stack__refusal(-EINVAL), "cannot be summed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_view_keeps_its_ns),
		cmocka_unit_test(stacks_are_whole),
		cmocka_unit_test(inlined_functions_have_their_time),
		cmocka_unit_test(a_point_has_its_picture),
		cmocka_unit_test(a_point_without_a_picture_is_told),
		cmocka_unit_test(what_cannot_be_drawn_says_why),
		cmocka_unit_test(reports_are_made),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
