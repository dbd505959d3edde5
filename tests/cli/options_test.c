// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a command line says, and what it is told when that is wrong. */
#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Needs those above before it. */
#include <cmocka.h>

static const struct {
	const char *text;
	double percent; /* -1: refused */
	bool or_0; /* only where 0 may be */
} percentages[] = {
	{"1", 1, false},      {"0.5%", 0.5, false}, {"50", 50, false}, {"0.01", 0.01, false},
	{"0", 0, true},	      {"0%", 0, true},	    {"0.0", 0, true},  {"0.00%", 0, true},
	{"0.001", -1, false}, {"50.1", -1, false},  {"-1", -1, false}, {"nan", -1, false},
	{"", -1, false},      {"%", -1, false},	    {"0x", -1, false}, {"0%%", -1, false},
};

static void percentages_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(percentages) / sizeof(percentages[0]); i++) {
		const char *text = percentages[i].text;
		bool taken = percentages[i].percent >= 0;
		double percent;

		assert_int_equal(options__percent("record", "--x", text, 0.01, 50, &percent),
				 taken && !percentages[i].or_0 ? 0 : -1);
		assert_int_equal(options__percent_or_0("record", "--x", text, 0.01, 50, &percent),
				 taken ? 0 : -1);
		if (taken)
			assert_true(percent == percentages[i].percent);
	}
}

static void zero_is_named_where_it_may_be(void **state)
{
	int own = dup(STDERR_FILENO), ends[2];
	char told[256] = "";
	double percent;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	options__percent_or_0("record", "--calls", "0.001", 0.01, 50, &percent);
	dup2(own, STDERR_FILENO);
	assert_true(read(ends[0], told, sizeof(told) - 1) > 0);
	assert_non_null(
		strstr(told, "--calls wants 0, or a percentage from 0.01 to 50, not '0.001'"));
	close(ends[0]);
	close(ends[1]);
	close(own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentages_are_read),
		cmocka_unit_test(zero_is_named_where_it_may_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
