// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Every nanosecond is in exactly one part; both halves mean the same by a class. */
#include "desk.h"

#include "bpf/interval.h"
#include "bpf/records.h"
#include "collector/window.h"
#include "kernel_twin.h"

#include <string.h>

#define SMALL_SLICE 7
#define SMALL_SLICES 12

static const struct window small = {.t0_ns = 1000, .slice_ns = SMALL_SLICE};

struct reference {
	int64_t ns[SMALL_SLICES];
	int64_t runqueue_ns[SMALL_SLICES];
};

/* Nanosecond by nanosecond. */
static struct reference count_each(const struct span *span)
{
	struct reference reference = {0};

	for (int64_t at = span->off_ns; at < span->on_ns; at++) {
		int64_t slice = (at - small.t0_ns) / SMALL_SLICE;

		if (at < span->on_ns - span->runqueue_ns)
			reference.ns[slice]++;
		else
			reference.runqueue_ns[slice]++;
	}
	return reference;
}

static struct reference count_parts(const struct span *span)
{
	struct reference sums = {0};
	struct span_part part = {0};
	int64_t at = span->off_ns;
	int firsts = 0, parts = 0, last = -1;

	while (window__next_part(&small, span, &at, &part)) {
		assert_in_range(part.slice, 0, SMALL_SLICES - 1);
		assert_true((int)part.slice > last);
		assert_true(part.ns >= 0 && part.runqueue_ns >= 0);
		assert_true(part.ns + part.runqueue_ns > 0);
		sums.ns[part.slice] += part.ns;
		sums.runqueue_ns[part.slice] += part.runqueue_ns;
		assert_int_equal(part.first, parts == 0);
		firsts += part.first;
		last = (int)part.slice;
		parts++;
	}
	assert_int_equal(firsts, span->on_ns > span->off_ns);
	return sums;
}

static void every_ns_is_in_one_part(void **state)
{
	uint64_t seed = 20;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		int64_t room = (int64_t)SMALL_SLICE * SMALL_SLICES;
		struct span span = {.off_ns = small.t0_ns + desk__random_below(&seed, room)};
		int64_t length = desk__random_below(&seed, small.t0_ns + room - span.off_ns + 1);
		struct reference expected, got;

		span.on_ns = span.off_ns + length;
		span.runqueue_ns = desk__random_below(&seed, length + 1);
		expected = count_each(&span);
		got = count_parts(&span);
		assert_memory_equal(&got, &expected, sizeof(got));
	}
}

static void parts_of_one_span(void **state)
{
	/* Off in the last ns of slice 0, woken in slice 1, on at the very start of slice 3. */
	const struct span span = {.off_ns = 1006, .on_ns = 1021, .runqueue_ns = 10};
	const struct span_part expected[] = {
		{.slice = 0, .ns = 1, .runqueue_ns = 0, .first = 1},
		{.slice = 1, .ns = 4, .runqueue_ns = 3},
		{.slice = 2, .ns = 0, .runqueue_ns = 7},
	};
	struct span_part part = {0};
	int64_t at = span.off_ns;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(expected); i++) {
		assert_true(window__next_part(&small, &span, &at, &part));
		assert_memory_equal(&part, &expected[i], sizeof(part));
	}
	assert_false(window__next_part(&small, &span, &at, &part));
}

static void an_empty_span_has_no_part(void **state)
{
	const struct span span = {.off_ns = 1007, .on_ns = 1007};
	struct span_part part = {0};
	int64_t at = span.off_ns;

	(void)state;
	assert_false(window__next_part(&small, &span, &at, &part));
}

static void slices_meet(void **state)
{
	const struct window real = {.t0_ns = 1753000000123456789, .slice_ns = 1000000000};

	(void)state;
	for (uint32_t slice = 0; slice < 100000; slice += 77) {
		int64_t end = window__slice_end(&real, slice);

		assert_int_equal(window__slice(&real, end - 1), slice);
		assert_int_equal(window__slice(&real, end), slice + 1);
	}
}

static void assert_same_class(uint64_t ns)
{
	assert_int_equal(class_of((int64_t)ns), twin__class_of(ns));
}

static void classes_agree(void **state)
{
	uint64_t seed = 3;

	(void)state;
	assert_int_equal(class_of(0), 0);
	assert_int_equal(class_of(1), 0);
	assert_int_equal(class_of(2), 1);
	assert_int_equal(class_of(1000000000), 29);
	assert_int_equal(class_of(INT64_MAX), 62);
	for (uint64_t ns = 0; ns < 70000; ns++)
		assert_same_class(ns);
	for (int bit = 0; bit < 63; bit++) {
		assert_same_class(1ULL << bit);
		assert_same_class((1ULL << bit) - 1);
		assert_same_class((1ULL << bit) + (bit < 62));
	}
	for (int i = 0; i < 100000; i++) {
		int shift = 1 + (int)desk__random_below(&seed, 63);

		assert_same_class(desk__random(&seed) >> shift);
	}
}

static void keys_keep_what_they_hold(void **state)
{
	static const int32_t calls[] = {-1,
					0,
					202,
					0x3fff,
					WF_SYSCALL_COMPAT,
					WF_SYSCALL_COMPAT | 240,
					WF_SYSCALL_COMPAT | 0x3fff};

	(void)state;
	for (uint32_t kind = 0; kind < WF_STATES; kind++)
		for (uint32_t class = 0; class < 64; class ++)
			for (size_t i = 0; i < G_N_ELEMENTS(calls); i++) {
				uint32_t key = WF_KEY(kind, class, calls[i]);

				assert_true(key & 1);
				assert_false(key >> 31); /* means "began before the window" */
				assert_int_equal(WF_KEY_STATE(key), kind);
				assert_int_equal(WF_KEY_CLASS(key), class);
				assert_int_equal(WF_KEY_SYSCALL(key), calls[i]);
			}
}

/* Whatever the kernel has charged, the parts make up the whole interval. */
static void an_interval_is_split_whole(void **state)
{
	uint64_t seed = 77;

	(void)state;
	for (int i = 0; i < 300000; i++) {
		uint64_t off = 1000000000 + desk__random(&seed) % 100;
		bool early = desk__random(&seed) % 8 == 0; /* the last one ended by another clock */
		uint64_t now =
			early ? off - desk__random(&seed) % 1000000
			      : off + (desk__random(&seed) >> (34 + desk__random(&seed) % 30));
		uint64_t run = desk__random(&seed) >> (34 + desk__random(&seed) % 30);
		uint64_t wait = desk__random(&seed) >> (34 + desk__random(&seed) % 30);
		uint64_t end = MAX(now, off) + 1 + desk__random(&seed) % 2000000;
		uint8_t kind = desk__random(&seed) % 2 ? WF_PREEMPTED : WF_INTERRUPTIBLE;
		uint64_t stolen = desk__random(&seed) % 4 ? 0 : desk__random(&seed) % 9000000;
		uint64_t on = run + stolen < now ? now - run - stolen : 0;
		bool cut = !early && desk__random(&seed) % 2;
		const struct charged charged = {.run_ns = run, .wait_ns = wait};
		struct interval split = {.off = off, .cut = cut};

		interval__split(&split, kind, on, now, &charged, end);
		assert_int_equal(split.off_ns + split.wait_ns + split.run_ns, split.leave - off);
		assert_true(split.leave >= off);
		assert_true(split.leave <= end);
		assert_true(split.run_ns <= run);
		if (kind == WF_INTERRUPTIBLE)
			assert_true(split.wait_ns <= wait + stolen);
		if (cut)
			assert_true(split.leave <= now ||
				    split.run_ns + split.wait_ns <= now - off);
	}
}

/* Time that a run took and that the kernel charged to nobody was no sleep. */
static void stolen_time_is_no_sleep(void **state)
{
	const uint64_t ms = 1000000;
	const struct charged charged = {.run_ns = 90 * ms};
	struct interval split = {.off = 1000 * ms};

	(void)state;
	/* 10 ms asleep, then 100 ms on the CPU of which 90 were charged. */
	interval__split(&split, WF_INTERRUPTIBLE, 1010 * ms, 1110 * ms, &charged, 2000 * ms);
	assert_int_equal(split.off_ns, 10 * ms);
	assert_int_equal(split.wait_ns, 10 * ms);
	assert_int_equal(split.run_ns, 90 * ms);
	assert_int_equal(split.leave, 1110 * ms);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_ns_is_in_one_part),
		cmocka_unit_test(parts_of_one_span),
		cmocka_unit_test(an_empty_span_has_no_part),
		cmocka_unit_test(slices_meet),
		cmocka_unit_test(classes_agree),
		cmocka_unit_test(keys_keep_what_they_hold),
		cmocka_unit_test(an_interval_is_split_whole),
		cmocka_unit_test(stolen_time_is_no_sleep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
