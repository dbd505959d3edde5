// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/cpu_share.h"

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)

/* As collector/clock.c has them: 16 MiB wanted, 512 MiB for all, 32 KiB at least. */
static void memory_does_not_follow_the_cpus(void **state)
{
	size_t last = 16 * MIB;

	(void)state;
	for (size_t cpus = 1; cpus <= 4096; cpus++) {
		size_t bytes = cpu_share__bytes(16 * MIB, 32 * KIB, 512 * MIB, cpus);

		assert_true(bytes * cpus <= 512 * MIB);
		assert_true(bytes >= 32 * KIB && bytes <= last);
		assert_true((bytes & (bytes - 1)) == 0);
		/* Nothing is given away: twice as much would not do. */
		assert_true(bytes == 16 * MIB || 2 * bytes * cpus > 512 * MIB);
		last = bytes;
	}
	assert_int_equal(cpu_share__bytes(16 * MIB, 32 * KIB, 512 * MIB, 32), 16 * MIB);
	assert_int_equal(cpu_share__bytes(16 * MIB, 32 * KIB, 512 * MIB, 128), 4 * MIB);
	assert_int_equal(cpu_share__bytes(16 * MIB, 32 * KIB, 512 * MIB, 4096), 128 * KIB);
}

static void there_is_a_least(void **state)
{
	(void)state;
	assert_int_equal(cpu_share__bytes(MIB, 32 * KIB, MIB, 4096), 32 * KIB);
	assert_int_equal(cpu_share__bytes(MIB, 32 * KIB, MIB, 0), MIB);
}

static void lists_of_cpus_are_read(void **state)
{
	(void)state;
	assert_int_equal(cpu_share__end_of("0\n"), 1);
	assert_int_equal(cpu_share__end_of("0-1\n"), 2);
	assert_int_equal(cpu_share__end_of("0-3,8,10-11\n"), 12);
	assert_int_equal(cpu_share__end_of("8,0-3"), 9);
	assert_int_equal(cpu_share__end_of(""), 0);
	assert_int_equal(cpu_share__end_of("0-"), 0);
	assert_int_equal(cpu_share__end_of("x"), 0);
	assert_int_equal(cpu_share__end_of("0-99999999999999999999"), 0);
}

static void what_is_not_online_needs_no_rows(void **state)
{
	size_t rows = cpu_share__rows(8192);

	(void)state;
	assert_true(rows >= 1 && rows < 8192);
	assert_int_equal(cpu_share__rows(1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_does_not_follow_the_cpus),
		cmocka_unit_test(there_is_a_least),
		cmocka_unit_test(lists_of_cpus_are_read),
		cmocka_unit_test(what_is_not_online_needs_no_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
