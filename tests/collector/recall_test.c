// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The same registers in the same address space, and nothing else, bring a user half back. */
#include "collector/recall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct user_copy some_registers(void)
{
	struct user_copy copy = {0};

	for (uint64_t i = 0; i < UNWIND_REGISTERS; i++)
		copy.registers[i] = 0x1000 + i;
	return copy;
}

static void the_last_one_comes_back(void **state)
{
	struct recall *recall = recall__new();
	struct space *space = space__new(), *other = space__new();
	struct user_copy copy = some_registers();

	(void)state;
	assert_int_equal(recall__find(recall, space, &copy), 0);
	recall__keep(recall, space, &copy, 7);
	assert_int_equal(recall__find(recall, space, &copy), 7);
	assert_int_equal(recall__find(recall, other, &copy), 0);
	recall__keep(recall, space, &copy, 9);
	assert_int_equal(recall__find(recall, space, &copy), 9);
	space__free(other);
	space__free(space);
	recall__free(recall);
	recall__free(NULL);
}

/* What a call may change tells nothing. */
static const bool is_kept[UNWIND_REGISTERS] = {
	[UNWIND_RBX] = true, [UNWIND_RBP] = true, [UNWIND_RSP] = true, [12] = true,
	[13] = true,	     [14] = true,	  [15] = true,	       [UNWIND_RIP] = true,
};

static bool is_rough(int number)
{
	return number == UNWIND_RSP || number == UNWIND_RIP;
}

static void the_place_is_enough_while_all_walks_agree(void **state)
{
	struct recall *recall = recall__new();
	struct space *space = space__new();
	struct user_copy copy = some_registers(), second = some_registers();

	(void)state;
	recall__keep(recall, space, &copy, 7);
	second.registers[UNWIND_RBX]++;
	recall__keep(recall, space, &second, 7);
	for (int i = 0; i < UNWIND_REGISTERS; i++) {
		copy.registers[i] += 5;
		assert_int_equal(recall__find(recall, space, &copy), is_rough(i) ? 0 : 7);
		copy.registers[i] -= 5;
	}
	/* They differ: from here on all registers must be the same. */
	second.registers[UNWIND_RBX]++;
	recall__keep(recall, space, &second, 8);
	assert_int_equal(recall__find(recall, space, &second), 8);
	for (int i = 0; i < UNWIND_REGISTERS; i++) {
		copy.registers[i] += 5;
		assert_int_equal(recall__find(recall, space, &copy), is_kept[i] ? 0 : 7);
		copy.registers[i] -= 5;
	}
	/* Whatever comes later. */
	recall__keep(recall, space, &second, 7);
	copy.registers[12] += 5;
	assert_int_equal(recall__find(recall, space, &copy), 0);
	space__free(space);
	recall__free(recall);
}

static void registers_that_are_not_known_bring_nothing_back(void **state)
{
	struct recall *recall = recall__new();
	struct space *space = space__new();
	struct user_copy copy = some_registers(), partly = some_registers();

	(void)state;
	partly.unknown = 1U << UNWIND_RSP;
	recall__keep(recall, space, &partly, 7);
	assert_int_equal(recall__find(recall, space, &copy), 0);
	recall__keep(recall, space, &copy, 8);
	assert_int_equal(recall__find(recall, space, &partly), 0);
	space__free(space);
	recall__free(recall);
}

static void as_many_as_one_likes(void **state)
{
	struct recall *recall = recall__new();
	struct space *space = space__new();
	struct user_copy copy = some_registers();

	(void)state;
	for (store_id i = 1; i <= 250000; i++) {
		copy.registers[UNWIND_RSP] = 16 * (uint64_t)i;
		recall__keep(recall, space, &copy, i);
		assert_int_equal(recall__find(recall, space, &copy), i);
	}
	space__free(space);
	recall__free(recall);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_one_comes_back),
		cmocka_unit_test(the_place_is_enough_while_all_walks_agree),
		cmocka_unit_test(registers_that_are_not_known_bring_nothing_back),
		cmocka_unit_test(as_many_as_one_likes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
