// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Names as binutils' and LLVM's demanglers, and runtimes, write them. */
#include "cmocka_all.h"

#include "render/shorten.h"

#include <string.h>

/* "..." stands for the ellipsis; NULL: the same. */
static const struct {
	const char *name;
	const char *expected;
} names[] = {
	{"main", NULL},
	{"", NULL},
	{"std::vector<int, std::allocator<int> >::push_back(int&&)",
	 "std::vector<...>::push_back(...)"},
	{"void foo<int>()", "void foo<...>()"},
	{"a<b<c<d>>>::e", "a<...>::e"},
	{"f()", NULL},
	{"f(int) const", "f(...) const"},
	{"f(int) [clone .cold]", "f(...) [clone .cold]"},
	{"a<>::b", NULL},
	{"std::function<void (int, a<b>)>::operator()(int) const",
	 "std::function<...>::operator()(...) const"},

	/* Operators. */
	{"operator<(a const&, a const&)", "operator<(...)"},
	{"std::operator<< <std::char_traits<char> >(std::ostream&, char const*)",
	 "std::operator<< <...>(...)"},
	{"bool operator< <int>(a<int> const&)", "bool operator< <...>(...)"},
	{"operator<=><int>(a)", "operator<=><...>(...)"},
	{"operator>><int>(a)", "operator>><...>(...)"},
	{"operator><int>(a)", "operator><...>(...)"},
	{"operator==<int>(a)", "operator==<...>(...)"},
	{"a<int>::operator->() const", "a<...>::operator->() const"},
	{"a<int>::operator->*(b)", "a<...>::operator->*(...)"},
	{"a::operator()()", NULL},
	{"a::operator()<int>(b)", "a::operator()<...>(...)"},
	{"a::operator[](unsigned long)", "a::operator[](...)"},
	{"a::operator-(b)", "a::operator-(...)"},
	{"a::operator,(b)", "a::operator,(...)"},
	{"operator new(unsigned long)", "operator new(...)"},
	{"operator delete[](void*)", "operator delete[](...)"},
	{"a::operator std::vector<int>() const", "a::operator std::vector<...>() const"},
	{"operator\"\" _s(char const*)", "operator\"\" _s(...)"},
	{"myoperator<int>()", "myoperator<...>()"},
	{"operators<int>()", "operators<...>()"},

	/* Operators among the arguments. */
	{"f<&(operator< <int>(a))>(b)", "f<...>(...)"},
	{"f<&a::operator<, &a::operator->>(b)", "f<...>(...)"},
	{"f<((4)>(2))>::g", "f<...>::g"},
	{"f<((1)<<(3)), a<b> >::g", "f<...>::g"},
	{"f<(a)1, -1>::g", "f<...>::g"},
	{"f<a<b> (*)(c)>::g", "f<...>::g"},

	/* What tells functions apart. */
	{"(anonymous namespace)::f(int)", "(anonymous namespace)::f(...)"},
	{"a::(anonymous namespace)::b<int>::f()", "a::(anonymous namespace)::b<...>::f()"},
	{"f((anonymous namespace)::a)", "f(...)"},
	{"main::{lambda()#1}::operator()() const", NULL},
	{"f(int)::{lambda(auto:1)#2}::operator()<int>(int) const",
	 "f(...)::{lambda(...)#2}::operator()<...>(...) const"},
	{"main::<lambda(int)>", "main::<lambda(...)>"},
	{"f[abi:cxx11]<int>(a)", "f[abi:cxx11]<...>(...)"},
	{"void (*f(int))(double)", "void (*f(...))(...)"},
	{"decltype (a.b(c)) f<int>(d)", "decltype (a.b(...)) f<...>(...)"},

	/* Rust: legacy, then v0. */
	{"<alloc::vec::Vec<T,A> as core::iter::traits::collect::Extend<T>>::extend",
	 "<alloc::vec::Vec<...> as core::iter::traits::collect::Extend<...>>::extend"},
	{"core::ptr::const_ptr::<impl *const T>::add", NULL},
	{"core::slice::sort::<impl [T]>::sort<F<G>>", "core::slice::sort::<impl [T]>::sort<...>"},
	{"core::ops::function::FnOnce::call_once{{vtable.shim}}", NULL},
	{"main::{{closure}}", NULL},
	{"std::thread::local::LocalKey<T>::with::{{closure}}",
	 "std::thread::local::LocalKey<...>::with::{{closure}}"},
	{"core::mem::drop::<alloc::string::String>", "core::mem::drop::<...>"},
	{"<core::cell::Cell<usize>>::get", "<core::cell::Cell<...>>::get"},
	{"<(a<b>, c) as d>::e", "<(a<...>, c) as d>::e"},
	{"<fn(a) -> b as c<d>>::e", "<fn(...) -> b as c<...>>::e"},
	{"a::<fn(b) -> c>::d", "a::<...>::d"},
	{"<() as a>::b", NULL},
	{"<a as b<()>>::c", "<a as b<...>>::c"},
	{"a::f::<1>::{closure#0}", "a::f::<...>::{closure#0}"},

	/* Others. */
	{"net/http.(*conn).serve.func2", NULL},
	{"main.Map[go.shape.int]", NULL},
	{"Ljava/lang/Object;.<init>", NULL},
	{"py::<module>:/srv/<x>/a(1).py", NULL},
	{"Function:~<anonymous> /a.js:1", NULL},

	/* Damaged. */
	{"f<a", NULL},
	{"f<int>::g<h", "f<...>::g<h"},
	{"f(a", NULL},
	{"f<(a>b", NULL},
	{"f>g)", NULL},
	{"<", NULL},
	{"(", NULL},
	{"operator", NULL},
	{"operator<", NULL},
	{"f<operator<", NULL},
	{"f<\xff\x80>", "f<...>"},
	{"\xc3<int>", "\xc3<...>"},
};

static char *shortened(const char *name)
{
	GString *text = g_string_new(NULL);

	shorten__name(text, name);
	return g_string_free(text, FALSE);
}

static void names_are_shortened(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *expected = names[i].expected ? names[i].expected : names[i].name;
		char *text = shortened(names[i].name);
		char **parts = g_strsplit(text, "\xe2\x80\xa6", -1);
		char *shown = g_strjoinv("...", parts);

		if (strcmp(shown, expected) != 0) {
			print_error("%s: %s, not %s\n", names[i].name, shown, expected);
			wrong++;
		}
		g_free(shown);
		g_strfreev(parts);
		g_free(text);
	}
	assert_int_equal(wrong, 0);
}

/* The whole is left as it was, and does not take the square of its length. */
static void a_hostile_name_takes_no_time(void **state)
{
	static const char *const parts[] = {"a<", "a(", "(a<", "a<(", "operator<", "<", "a<b>(c)"};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		GString *name = g_string_new(NULL);
		char *text;

		while (name->len < 4000000)
			g_string_append(name, parts[i]);
		text = shortened(name->str);
		if (strcmp(parts[i], "a<b>(c)") != 0)
			assert_string_equal(text, name->str);
		g_free(text);
		g_string_free(name, TRUE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_shortened),
		cmocka_unit_test(a_hostile_name_takes_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
