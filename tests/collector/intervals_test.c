// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "desk.h"

#include "collector/intervals.h"

#define COUNT 60
#define SPACE 100

/* What the header promises, the slow way. */
static int64_t innermost(struct intervals *intervals, uint64_t address)
{
	int64_t found = -1;

	for (size_t i = 0; i < intervals__count(intervals); i++) {
		const struct interval *at = intervals__at(intervals, i);

		if (address >= at->low && address < at->high)
			found = (int64_t)i;
	}
	return found;
}

/* Nested, side by side, crossing each other, empty: all that a hostile file may have. */
static void as_the_slow_way(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct intervals *intervals = intervals__new();
		int64_t count = desk__random_below(&seed, COUNT);

		for (int64_t i = 0; i < count; i++) {
			struct interval interval = {
				.low = (uint64_t)desk__random_below(&seed, SPACE),
				.rank = (uint32_t)desk__random_below(&seed, 4),
				.value = (uint32_t)i,
			};

			interval.high =
				interval.low + (uint64_t)desk__random_below(&seed, SPACE / 4);
			intervals__add(intervals, &interval);
		}
		intervals__sort(intervals);
		intervals__link(intervals);
		for (uint64_t address = 0; address < SPACE + SPACE / 4; address++)
			assert_int_equal(intervals__find(intervals, address),
					 innermost(intervals, address));
		assert_int_equal(intervals__find(intervals, UINT64_MAX), -1);
		intervals__free(intervals);
	}
}

static void same_ends_by_rank(void **state)
{
	static const struct interval all[] = {
		{.low = 10, .high = 20, .rank = 2, .value = 1},
		{.low = 10, .high = 20, .rank = 3, .value = 2},
		{.low = 10, .high = 20, .rank = 1, .value = 3},
		{.low = 10, .high = 30, .rank = 9, .value = 4},
	};
	struct intervals *intervals = intervals__new();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		intervals__add(intervals, &all[i]);
	intervals__sort(intervals);
	intervals__link(intervals);
	assert_int_equal(intervals__at(intervals, (size_t)intervals__find(intervals, 10))->value,
			 2);
	assert_int_equal(intervals__at(intervals, (size_t)intervals__find(intervals, 25))->value,
			 4);
	intervals__free(intervals);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_slow_way),
		cmocka_unit_test(same_ends_by_rank),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
