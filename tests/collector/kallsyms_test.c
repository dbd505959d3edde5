// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* On the running kernel's own table. */
#include "desk.h"

#include "collector/kallsyms.h"

#include <stdio.h>
#include <string.h>

struct known {
	uint64_t address;
	char name[128];
};

/*
 * The kernel's own text symbols as they stand in the file: every step-th place, by its first name.
 * Those of modules and BPF programs may come and go between two readings.
 */
static GArray *read_known(size_t step)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	GArray *known = g_array_new(FALSE, TRUE, sizeof(struct known));
	GHashTable *taken = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	char line[1024], type;
	size_t number = 0;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		struct known symbol = {0};

		if (sscanf(line, "%lx %c %127s", &symbol.address, &type, symbol.name) != 3 ||
		    !strchr("tTwW", type) || !symbol.address || strchr(line, '['))
			continue;
		if (!g_hash_table_add(taken, g_memdup2(&symbol.address, sizeof(uint64_t))) ||
		    number++ % step || g_str_has_prefix(symbol.name, "_e"))
			continue;
		g_array_append_val(known, symbol);
	}
	fclose(file);
	g_hash_table_destroy(taken);
	return known;
}

static void functions_are_found_by_address(void **state)
{
	GArray *known = read_known(97);
	struct kallsyms *kallsyms;

	(void)state;
	assert_int_equal(kallsyms__load(&kallsyms), 0);
	if (!known->len) { /* kernel.kptr_restrict hides them */
		assert_true(kallsyms__is_empty(kallsyms));
		kallsyms__free(kallsyms);
		g_array_free(known, TRUE);
		skip();
	}
	assert_false(kallsyms__is_empty(kallsyms));
	for (guint i = 0; i < known->len; i++) {
		const struct known *symbol = &g_array_index(known, struct known, i);
		const struct kallsyms_symbol *found = kallsyms__find(kallsyms, symbol->address);

		assert_non_null(found);
		assert_int_equal(found->address, symbol->address);
		/* The first of a place in the file is the one that is found. */
		assert_string_equal(found->name, symbol->name);
		assert_true(found->module[0]);
	}
	kallsyms__free(kallsyms);
	g_array_free(known, TRUE);
}

static uint64_t address_of(const char *name)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char line[1024], found[512], type;
	uint64_t address = 0, at;

	assert_non_null(file);
	while (!address && fgets(line, sizeof(line), file))
		if (sscanf(line, "%lx %c %511s", &at, &type, found) == 3 && !strcmp(found, name))
			address = at;
	fclose(file);
	return address;
}

static void outside_of_text_is_nothing(void **state)
{
	struct kallsyms *kallsyms;
	uint64_t end = address_of("_etext"), open_address = address_of("do_sys_openat2");

	(void)state;
	assert_int_equal(kallsyms__load(&kallsyms), 0);
	assert_null(kallsyms__find(kallsyms, 0));
	assert_null(kallsyms__find(kallsyms, 0x7fffffffffff));
	assert_null(kallsyms__find(kallsyms, (1ULL << 63)));
	if (end) {
		assert_null(kallsyms__find(kallsyms, end));
		assert_null(kallsyms__find(kallsyms, end + 100));
	}
	if (open_address) {
		const struct kallsyms_symbol *found = kallsyms__find(kallsyms, open_address + 1);

		assert_string_equal(found->name, "do_sys_openat2");
		assert_string_equal(found->module, "kernel");
		found = kallsyms__find(kallsyms, open_address - 1);
		assert_true(!found || strcmp(found->name, "do_sys_openat2") != 0);
	}
	kallsyms__free(kallsyms);
	kallsyms__free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_found_by_address),
		cmocka_unit_test(outside_of_text_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
