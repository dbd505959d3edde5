// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cmocka_all.h"
#include "render/units.h"

#include <math.h>
#include <stdio.h>

static void durations(void **state)
{
	static const struct {
		double ns;
		const char *text;
	} rows[] = {
		{0, "0 ns"},
		{0.2, "<1 ns"},
		{1, "1 ns"},
		{999, "999 ns"},
		{1000, "1.000 us"},
		{999.999, "1.000 us"},
		{45678, "45.68 us"},
		{999999, "1.000 ms"},
		{1234567, "1.235 ms"},
		{999960000, "1.000 s"},
		{1e9, "1.000 s"},
		{59.994e9, "59.99 s"},
		{12345e9, "12,345 s"},
		{360000e9, "100.0 h"},
		{-1500000, "-1.500 ms"},
		{NAN, "-"},
		{INFINITY, "-"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(units__duration(rows[i].ns).text, rows[i].text);
}

/* printf itself says what is right: ties, carries, signs, and what the fast way leaves to it. */
static void fixed(void **state)
{
	static const double edges[] = {0,      -0.0,  0.005, 0.015, 0.125, 0.375,  0.0005, 2.5,
				       99.995, 999.5, 1e14,  1e15,  1e18,  1e-300, -0.004, -7.25};
	uint64_t seed = 1;
	char text[512];

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		const size_t count = sizeof(edges) / sizeof(edges[0]);

		seed = seed * 6364136223846793005U + 1442695040888963407U;
		for (int digits = 1; digits <= 3; digits++) {
			double value = i < count ? edges[i]
						 : ldexp((double)(int64_t)seed, -(int)(seed >> 58));

			(void)snprintf(text, sizeof(text), "%.*f", digits, value);
			assert_string_equal(units__fixed(value, digits).text, text);
		}
	}
}

static void counts(void **state)
{
	(void)state;
	assert_string_equal(units__count(0).text, "0");
	assert_string_equal(units__count(999).text, "999");
	assert_string_equal(units__count(-1234567).text, "-1,234,567");
	assert_string_equal(units__count(INT64_MAX).text, "9,223,372,036,854,775,807");
	assert_string_equal(units__count(INT64_MIN).text, "-9,223,372,036,854,775,808");
	assert_string_equal(units__short_count(9999999).text, "9,999,999");
	assert_string_equal(units__short_count(12345678).text, "12.35 M");
	assert_string_equal(units__short_count(9999999999).text, "10.00 G");
}

static void shares_and_values(void **state)
{
	(void)state;
	assert_string_equal(units__share(0).text, "0.0 %");
	assert_string_equal(units__share(0.0001).text, "<0.1 %");
	assert_string_equal(units__share(0.1234).text, "12.3 %");
	assert_string_equal(units__share(0.0 / NAN).text, "-");
	assert_string_equal(units__value(1500, "ns").text, "1.500 us");
	assert_string_equal(units__value(65536, "bytes").text, "64.00 KiB");
	assert_string_equal(units__value(512, "bytes").text, "512 bytes");
	assert_string_equal(units__value(7, "count").text, "7");
	assert_string_equal(units__value(7000, "maps").text, "7,000 maps");
}

static void rounding_stays_in_range(void **state)
{
	(void)state;
	assert_int_equal(units__round(0.5), 1);
	assert_int_equal(units__round(NAN), 0);
	assert_true(units__round(1e300) == INT64_MAX);
	assert_true(units__round(-1e300) == INT64_MIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations),
		cmocka_unit_test(fixed),
		cmocka_unit_test(counts),
		cmocka_unit_test(shares_and_values),
		cmocka_unit_test(rounding_stays_in_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
