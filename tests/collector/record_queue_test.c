// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Records come out as they went in, in order and aligned. */
#include "desk.h"

#include "collector/record_queue.h"

#include <string.h>

struct expected {
	size_t count; /* seen so far */
	size_t sizes[64];
};

static void check(void *ctx, const void *record, size_t size)
{
	struct expected *expected = ctx;
	const unsigned char *bytes = record;

	assert_int_equal((uintptr_t)record % sizeof(uint64_t), 0);
	assert_int_equal(size, expected->sizes[expected->count]);
	for (size_t i = 0; i < size; i++)
		assert_int_equal(bytes[i], (unsigned char)(expected->count + i));
	expected->count++;
}

static void what_goes_in_comes_out(void **state)
{
	struct record_queue *queue = record_queue__new();

	(void)state;
	for (int round = 0; round < 3; round++) {
		struct expected expected = {0};

		for (size_t i = 0; i < G_N_ELEMENTS(expected.sizes); i++) {
			unsigned char bytes[4096];

			expected.sizes[i] = i < 20 ? i : i * 61;
			for (size_t at = 0; at < expected.sizes[i]; at++)
				bytes[at] = (unsigned char)(i + at);
			record_queue__add(queue, bytes, expected.sizes[i]);
		}
		record_queue__take(queue, check, &expected);
		assert_int_equal(expected.count, G_N_ELEMENTS(expected.sizes));
		record_queue__take(queue, check, &expected);
		assert_int_equal(expected.count, G_N_ELEMENTS(expected.sizes)); /* forgotten */
	}
	record_queue__free(queue);
	record_queue__free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_in_comes_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
