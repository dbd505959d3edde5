// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which functions are found in a kernel's table of symbols, and under which names. */
#include "desk.h"

#include "collector/probe_places.h"
#include "collector/probe_points.h"
#include "collector/probe_set.h"

#include <stdio.h>
#include <string.h>

static struct probe_places *read_text(const char *text)
{
	FILE *file = tmpfile();
	struct probe_places *places;

	assert_non_null(file);
	fputs(text, file);
	rewind(file);
	places = probe_places__read(file);
	fclose(file);
	return places;
}

static void assert_place(const struct probe_places *places, const char *function, size_t i,
			 const char *symbol, uint64_t address)
{
	const struct probe_place *place = probe_places__get(places, function, i);

	assert_non_null(place);
	assert_string_equal(place->function, function);
	assert_string_equal(place->symbol, symbol);
	assert_int_equal(place->address, address);
}

static void functions_are_found_under_suffixes(void **state)
{
	struct probe_places *places = read_text("ffffffff81000000 T _text\n"
						"ffffffff81000010 T dput\n"
						"ffffffff81000020 t dput.part.0\n"
						"ffffffff81000030 t dput.cold\n"
						"ffffffff81000040 t dput.part.0.cold\n"
						"ffffffff81000050 t dput_to\n"
						"ffffffff81000060 d down_write\n"
						"ffffffff81000070 t alloc_fd.isra.0\n"
						"ffffffff81000080 t __mutex_lock.constprop.0\n"
						"ffffffffc0000000 t down_read\t[other]\n");

	(void)state;
	assert_place(places, "dput", 0, "dput", 0xffffffff81000010);
	assert_place(places, "dput", 1, "dput.part.0", 0xffffffff81000020);
	assert_null(probe_places__get(places, "dput", 2));
	assert_place(places, "alloc_fd", 0, "alloc_fd.isra.0", 0xffffffff81000070);
	assert_place(places, "__mutex_lock", 0, "__mutex_lock.constprop.0", 0xffffffff81000080);
	assert_null(probe_places__get(places, "down_write", 0)); /* data */
	assert_null(probe_places__get(places, "down_read", 0)); /* a module's */
	assert_null(probe_places__get(places, "not_a_probe_point", 0));
	probe_places__free(places);
}

static void hidden_addresses_leave_the_names(void **state)
{
	struct probe_places *places = read_text("0000000000000000 T do_sys_openat2\n"
						"0000000000000000 T do_sys_openat2\n");

	(void)state;
	assert_place(places, "do_sys_openat2", 0, "do_sys_openat2", 0);
	assert_null(probe_places__get(places, "do_sys_openat2", 1));
	probe_places__free(places);
}

static void newest_name_is_the_function(void **state)
{
	static const struct probe_function wait = {
		{"futex_do_wait", "futex_wait_queue", "futex_wait_queue_me"}, false};
	struct probe_places *old = read_text("ffffffff81000010 t futex_wait_queue_me\n");
	struct probe_places *both = read_text("ffffffff81000010 t futex_wait_queue\n"
					      "ffffffff81000020 t futex_do_wait\n");
	struct probe_places *none = read_text("not a line\n\nffffffff81000010\n");

	(void)state;
	assert_string_equal(probe_places__name_of(old, &wait), "futex_wait_queue_me");
	assert_string_equal(probe_places__name_of(both, &wait), "futex_do_wait");
	assert_null(probe_places__name_of(none, &wait));
	probe_places__free(old);
	probe_places__free(both);
	probe_places__free(none);
}

static void this_kernel_has_the_points(void **state)
{
	struct probe_places *places;
	size_t found = 0;

	(void)state;
	assert_int_equal(probe_places__load(&places), 0);
	for (int probe = 0; probe < WF_PROBES; probe++)
		for (const struct probe_function *function = probe_points__get(probe)->functions;
		     *function->names; function++)
			if (probe_places__name_of(places, function)) {
				found++;
				break;
			}
	assert_int_equal(found, WF_PROBES);
	probe_places__free(places);
}

struct tried {
	size_t count;
	const char *error;
};

static void note_place(void *ctx, enum store_backend backend, const char *place, const char *error)
{
	struct tried *tried = ctx;

	assert_int_equal(backend, BACKEND_FENTRY);
	assert_string_equal(place, "dput");
	tried->count++;
	tried->error = error;
}

static void last_try_of_a_place_counts(void **state)
{
	struct probe_set *set = probe_set__new();
	struct tried tried = {0};

	(void)state;
	probe_set__tried(set, WF_PROBE_DPUT, BACKEND_FENTRY, "dput", "let go again");
	probe_set__tried(set, WF_PROBE_DPUT, BACKEND_FENTRY, "dput", NULL);
	probe_set__each_place(set, WF_PROBE_DPUT, note_place, &tried);
	assert_int_equal(tried.count, 1);
	assert_null(tried.error);
	probe_set__free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_found_under_suffixes),
		cmocka_unit_test(hidden_addresses_leave_the_names),
		cmocka_unit_test(newest_name_is_the_function),
		cmocka_unit_test(this_kernel_has_the_points),
		cmocka_unit_test(last_try_of_a_place_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
