// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Several rings are read as one, in the order of the times; and how many stacks are drawn. */
#include "desk.h"

#include "collector/perf_merge.h"
#include "collector/perf_pace.h"

#define STREAMS 7
#define RECORDS 400

struct stream {
	uint64_t times[RECORDS];
	size_t at, ready; /* what is behind `ready` has not been written yet */
	GArray *seen;
};

static uint64_t next_ns(void *source)
{
	const struct stream *stream = source;

	return stream->at < stream->ready ? stream->times[stream->at] : UINT64_MAX;
}

static void take(void *source)
{
	struct stream *stream = source;

	g_array_append_val(stream->seen, stream->times[stream->at]);
	stream->at++;
}

static struct stream *new_streams(struct perf_merge *merge, GArray *seen, uint64_t *seed)
{
	struct stream *streams = g_new0(struct stream, STREAMS);

	for (int i = 0; i < STREAMS; i++) {
		struct perf_stream stream = {
			.next_ns = next_ns, .take = take, .source = &streams[i]};
		uint64_t now = 1000;

		streams[i].seen = seen;
		streams[i].ready = RECORDS;
		for (size_t j = 0; j < RECORDS; j++)
			streams[i].times[j] = now += (uint64_t)desk__random_below(seed, 50);
		perf_merge__add(merge, &stream);
	}
	return streams;
}

static void assert_ascending(const GArray *seen)
{
	for (guint i = 1; i < seen->len; i++)
		assert_true(g_array_index(seen, uint64_t, i - 1) <=
			    g_array_index(seen, uint64_t, i));
}

static void records_come_in_order_up_to_the_horizon(void **state)
{
	GArray *seen = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	struct perf_merge *merge = perf_merge__new();
	uint64_t seed = 11, horizon = 0;
	struct stream *streams = new_streams(merge, seen, &seed);

	(void)state;
	while (seen->len < STREAMS * RECORDS) {
		guint before = seen->len;

		perf_merge__until(merge, horizon);
		for (guint i = before; i < seen->len; i++)
			assert_true(g_array_index(seen, uint64_t, i) <= horizon);
		for (int i = 0; i < STREAMS; i++)
			assert_true(next_ns(&streams[i]) > horizon);
		horizon += (uint64_t)desk__random_below(&seed, 3000);
	}
	assert_ascending(seen);
	perf_merge__free(merge);
	g_array_free(seen, TRUE);
	g_free(streams);
}

/* A record nested in an interrupt stands before the one that it interrupted. */
static void a_stream_out_of_order_keeps_its_own_order(void **state)
{
	GArray *seen = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	struct perf_merge *merge = perf_merge__new();
	struct stream one = {.times = {10, 30, 20, 40}, .ready = 4, .seen = seen};
	struct stream two = {.times = {15, 35, 50}, .ready = 2, .seen = seen};
	const struct perf_stream streams[] = {
		{next_ns, take, &one},
		{next_ns, take, &two},
	};
	static const uint64_t expected[] = {10, 15, 30, 20, 35, 40};

	(void)state;
	perf_merge__add(merge, &streams[0]);
	perf_merge__add(merge, &streams[1]);
	perf_merge__until(merge, 100);
	assert_int_equal(seen->len, G_N_ELEMENTS(expected));
	for (guint i = 0; i < seen->len; i++)
		assert_int_equal(g_array_index(seen, uint64_t, i), expected[i]);
	two.ready = 3;
	perf_merge__remove(merge, &one);
	perf_merge__until(merge, 100);
	assert_int_equal(seen->len, G_N_ELEMENTS(expected) + 1);
	perf_merge__remove(merge, &two);
	perf_merge__until(merge, UINT64_MAX - 1);
	assert_int_equal(seen->len, G_N_ELEMENTS(expected) + 1);
	perf_merge__free(merge);
	perf_merge__free(NULL);
	g_array_free(seen, TRUE);
}

static void stacks_keep_pace(void **state)
{
	uint32_t period = 1;

	(void)state;
	assert_int_equal(perf_pace__period(1, 100, 3000), 1);
	for (uint64_t events = 1; events < 100000000; events *= 3) {
		period = perf_pace__period(period, events, 3000);
		assert_true(events / period <= 6000);
		assert_true(period == 1 || events / period >= 750);
		assert_int_equal(perf_pace__period(period, events, 3000), period);
	}
	assert_true(period > 1000);
	assert_int_equal(perf_pace__period(period, 10, 3000), 1);
	assert_int_equal(perf_pace__period(7, 10, 0), 7); /* no time has passed */
	for (uint32_t i = 2; i < period; i++)
		assert_true(period % i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_in_order_up_to_the_horizon),
		cmocka_unit_test(a_stream_out_of_order_keeps_its_own_order),
		cmocka_unit_test(stacks_keep_pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
