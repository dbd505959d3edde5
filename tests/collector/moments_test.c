// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* When system calls are counted, and which of them move bytes. */
#include "desk.h"

#include "collector/moment_draw.h"
#include "collector/syscall_bytes.h"
#include "store/model.h"

#include <sys/syscall.h>

#define PERCENT 10000U
#define STRETCH_NS (MOMENT_NS * 100)
#define DRAWS 1000

static void each_stretch_has_one_moment(void **state)
{
	struct moment_draw draw = {.next_ns = 7000};

	(void)state;
	for (int64_t i = 0; i < DRAWS; i++) {
		double place = (double)(i * 7919 % DRAWS) / DRAWS;
		int64_t begin_ns = 7000 + i * STRETCH_NS;
		/* Asked right after the last one, which is before the next stretch. */
		struct moment moment = moment_draw__next(&draw, begin_ns - 1, PERCENT, place);

		assert_int_equal(moment.to_ns - moment.from_ns, MOMENT_NS);
		assert_in_range(moment.from_ns, begin_ns, begin_ns + STRETCH_NS - MOMENT_NS);
		assert_int_equal(moment.from_ns,
				 begin_ns + (int64_t)(place * (STRETCH_NS - MOMENT_NS)));
	}
}

/* However much of the time: half of it at most, so that no moment touches the next. */
static void moments_do_not_overlap(void **state)
{
	static const uint32_t shares[] = {100, PERCENT, 7 * PERCENT, MOMENT_SHARE_MAX_PPM};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(shares); i++) {
		struct moment_draw draw = {0};
		int64_t last_ns = 0;

		for (int j = 0; j < DRAWS; j++) {
			struct moment moment = moment_draw__next(&draw, last_ns, shares[i],
								 (j * 31 % 100) / 100.0);

			assert_true(moment.from_ns >= last_ns);
			last_ns = moment.to_ns;
		}
		assert_in_range(last_ns, MOMENT_NS * 1000000 / shares[i] * (DRAWS - 1),
				MOMENT_NS * 1000000 / shares[i] * DRAWS);
	}
}

/* Stretches that went by while nobody could count are left out, not made up for. */
static void a_late_draw_begins_now(void **state)
{
	struct moment_draw draw = {.next_ns = 0};
	struct moment moment = moment_draw__next(&draw, 3 * STRETCH_NS + 5, PERCENT, 0);

	(void)state;
	assert_int_equal(moment.from_ns, 3 * STRETCH_NS + 5);
	assert_int_equal(draw.next_ns, 4 * STRETCH_NS + 5);
}

static void some_calls_return_bytes(void **state)
{
	(void)state;
	assert_true(syscall__returns_bytes(SYS_pread64));
	assert_true(syscall__returns_bytes(SYS_write));
	assert_true(syscall__returns_bytes(SYS_getdents64));
	assert_true(syscall__returns_bytes(SYSCALL_COMPAT | 3));
	/* An address, a descriptor, and a number of messages. */
	assert_false(syscall__returns_bytes(SYS_mmap));
	assert_false(syscall__returns_bytes(SYS_openat));
	assert_false(syscall__returns_bytes(SYS_recvmmsg));
	/* i386's open(2) is x86-64's close(2) + 2. */
	assert_false(syscall__returns_bytes(SYSCALL_COMPAT | 5));
	assert_false(syscall__returns_bytes(SYSCALL_UNKNOWN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_stretch_has_one_moment),
		cmocka_unit_test(moments_do_not_overlap),
		cmocka_unit_test(a_late_draw_begins_now),
		cmocka_unit_test(some_calls_return_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
