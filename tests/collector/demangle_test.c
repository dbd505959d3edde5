// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "desk.h"

#include "collector/demangle.h"

#include <string.h>

static void names_as_people_write_them(void **state)
{
	static const struct {
		const char *mangled;
		const char *plain;
	} names[] = {
		{"_ZN3foo3barEv", "foo::bar()"},
		{"_ZNSt6vectorIiSaIiEE9push_backEOi",
		 "std::vector<int, std::allocator<int> >::push_back(int&&)"},
		{"_ZN5mutexC1Ev", "mutex::mutex()"},
		{"_ZlsRSoRK3Foo", "operator<<(std::ostream&, Foo const&)"},
		/* Rust, legacy: the hash at the end goes. */
		{"_ZN3std2io5stdio6_print17h1234567890abcdefE", "std::io::stdio::_print"},
		/* Rust, v0 (RFC 2603). */
		{"_RNvCs1234_7mycrate3foo", "mycrate::foo"},
		{"_RNvMs_NtCs1234_4core3fmtNtB4_9Formatter3pad", "<core::fmt::Formatter>::pad"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		char *plain = demangle(names[i].mangled);

		if (!plain)
			fail_msg("%s is not understood", names[i].mangled);
		assert_string_equal(plain, names[i].plain);
		free(plain);
	}
}

static void plain_names_stay(void **state)
{
	static const char *const names[] = {
		"main",	    "",	       "_",	 "_Z",	  "_R",
		"_Zebra",   "_Rust",   "_start", "Z3foo", "_ZN3fooE3barEEEE",
		"\xff\xfe", "_Z\n\x01"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		assert_null(demangle(names[i]));
}

/* Ten thousand bytes, and names made to nest or to blow up. */
static void monsters(void **state)
{
	GString *name = g_string_new("_Z");

	(void)state;
	g_string_append_printf(name, "%d", 10000);
	for (int i = 0; i < 10000; i++)
		g_string_append_c(name, 'a');
	g_string_append_c(name, 'v');
	assert_null(demangle(name->str));

	g_string_assign(name, "_Z1f");
	for (int i = 0; i < 4000; i++)
		g_string_append_c(name, 'P');
	g_string_append_c(name, 'i');
	free(demangle(name->str));

	g_string_assign(name, "_Z1fI");
	for (int i = 0; i < 1500; i++)
		g_string_append(name, "S_I");
	free(demangle(name->str));

	g_string_assign(name, "_RNv");
	for (int i = 0; i < 3000; i++)
		g_string_append(name, "Nt");
	free(demangle(name->str));
	g_string_free(name, TRUE);
}

static void noise(void **state)
{
	uint64_t seed = 11;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char name[64] = "_Z";
		size_t length = 2 + (size_t)desk__random_below(&seed, 60);
		static const char letters[] = "NESt0123456789IJ_LKRPvifabCDT";

		if (i % 3 == 0)
			name[1] = 'R';
		for (size_t at = 2; at < length; at++)
			name[at] = letters[desk__random_below(&seed, (int64_t)sizeof(letters) - 1)];
		free(demangle(name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_as_people_write_them),
		cmocka_unit_test(plain_names_stay),
		cmocka_unit_test(monsters),
		cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
