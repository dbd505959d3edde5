// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cmocka_all.h"
#include "render/escape.h"

#include <string.h>

#define REPLACED "\xef\xbf\xbd"
#define DOTS "\xe2\x80\xa6"
#define MARK "\xcc\x81" /* a combining accent */
#define WIDE "\xe4\xb8\xad"
#define KA "\xe0\xa4\x95"
#define AA "\xe0\xa4\xbe" /* a vowel sign beside its letter */

/* U+202E, spelled so that it cannot turn this source. */
static const char turning[] = {'\xe2', '\x80', '\xae', '\0'};

static void check(GString *text, const char *expected)
{
	assert_string_equal(text->str, expected);
	g_string_truncate(text, 0);
}

static void xml(void **state)
{
	GString *text = g_string_new(NULL);

	(void)state;
	escape__xml(text, "<a b=\"c\" d='e'> & ]]>", 100);
	check(text, "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt; &amp; ]]&gt;");
	escape__xml(text, "a\x01\n\t\x1b\x7f\xc2\x85z", 100);
	check(text, "a" REPLACED REPLACED REPLACED REPLACED REPLACED REPLACED "z");
	/* Bad UTF-8: stray bytes, an overlong form, a surrogate, an unfinished character. */
	escape__xml(text, "\xff\xc0\xaf\xed\xa0\x80\xe4\xb8", 100);
	assert_true(g_utf8_validate(text->str, -1, NULL));
	assert_null(strpbrk(text->str, "\xff\xc0"));
	g_string_truncate(text, 0);
	/* U+FFFE is no XML character; U+202E turns the direction of writing. */
	escape__xml(text, "\xef\xbf\xbe", 100);
	escape__xml(text, turning, 100);
	check(text, REPLACED REPLACED);
	escape__xml(text, "&&&&&", 3);
	check(text, "&amp;" DOTS " (5 characters) " DOTS "&amp;&amp;");
	escape__xml(text, "ab", 2);
	check(text, "ab");
	g_string_free(text, TRUE);
}

static void folded(void **state)
{
	GString *text = g_string_new(NULL);

	(void)state;
	escape__folded(text, "<[T; N] as X>::f\n");
	check(text, "<[T: N] as X>::f" REPLACED);
	escape__folded(text, "");
	check(text, "[unnamed]");
	g_string_free(text, TRUE);
}

static void terminal(void **state)
{
	GString *text = g_string_new(NULL);

	(void)state;
	assert_int_equal(escape__terminal(text, "\x1b[31mred\x07\xc2\x9b", 20), 10);
	check(text, "?[31mred??");
	assert_int_equal(escape__terminal(text, "abcdefgh", 8), 8);
	check(text, "abcdefgh");
	assert_int_equal(escape__terminal(text, "abcdefghi", 8), 8);
	check(text, "abcde...");
	/* Wide characters take two columns and are never halved. */
	assert_int_equal(escape__terminal(text, "\xe4\xb8\xad\xe6\x96\x87\xe5\x87\xbd", 5), 5);
	check(text, "\xe4\xb8\xad...");
	assert_int_equal(escape__terminal(text, "e\xcc\x81", 5), 2);
	check(text, "e?");
	assert_int_equal(escape__terminal(text, "abc", 2), 2);
	check(text, "..");
	g_string_free(text, TRUE);
}

static void fit(void **state)
{
	GString *text = g_string_new(NULL);

	(void)state;
	escape__xml_fit(text, "abc", 3);
	check(text, "abc");
	escape__xml_fit(text, "abcd", 3);
	check(text, "ab" DOTS);
	escape__xml_fit(text, "namespace::method", 7);
	check(text, "namesp" DOTS);
	escape__xml_fit(text, "namespace::method", 8);
	check(text, "name" DOTS "hod");
	escape__xml_fit(text, "namespace::class::method", 13);
	check(text, "namesp" DOTS "method");
	escape__xml_fit(text, "<<<<<<<<<<", 8);
	check(text, "&lt;&lt;&lt;&lt;" DOTS "&lt;&lt;&lt;");
	escape__xml_fit(text, "ab", 2);
	check(text, "");
	escape__xml_fit(text, "", 3);
	check(text, "");
	/* Wide characters take two columns and are never halved. */
	escape__xml_fit(text, WIDE WIDE WIDE WIDE WIDE, 10);
	check(text, WIDE WIDE WIDE WIDE WIDE);
	escape__xml_fit(text, WIDE WIDE WIDE WIDE WIDE, 9);
	check(text, WIDE WIDE DOTS WIDE WIDE);
	escape__xml_fit(text, WIDE WIDE WIDE WIDE WIDE, 8);
	check(text, WIDE WIDE DOTS WIDE);
	escape__xml_fit(text, WIDE WIDE, 3);
	check(text, WIDE DOTS);
	escape__xml_fit(text, "x" WIDE WIDE, 3);
	check(text, "x" DOTS);
	escape__xml_fit(text, WIDE "x", 3);
	check(text, WIDE "x");
	g_string_free(text, TRUE);
}

static void marks_stay_with_their_letters(void **state)
{
	GString *text = g_string_new(NULL);
	char *name;

	(void)state;
	escape__xml_fit(text, "abce" MARK MARK "e" MARK "eee" MARK "xyz" MARK MARK, 8);
	check(text, "abce" MARK MARK DOTS "xyz" MARK MARK);
	/* Marks of no letter. */
	escape__xml_fit(text, MARK MARK "abcd", 3);
	check(text, MARK MARK "ab" DOTS);
	/* A vowel sign that takes a column of its own. */
	escape__xml_fit(text, KA AA "bcdefg" KA AA "k", 8);
	check(text, KA AA "bc" DOTS KA AA "k");
	escape__xml_fit(text, KA AA "bcdefg" KA AA "kl", 8);
	check(text, KA AA "bc" DOTS "kl");
	/* What turns the direction of writing is not there to be cut. */
	name = g_strconcat(turning, "ab", NULL);
	escape__xml_fit(text, name, 3);
	check(text, REPLACED "ab");
	g_free(name);
	name = g_strconcat("abcdefg", turning, turning, NULL);
	escape__xml_fit(text, name, 8);
	g_free(name);
	check(text, "abcd" DOTS "g" REPLACED REPLACED);
	/* Bytes that are no character are each shown as that. */
	escape__xml_fit(text, "\xff\xfe\xff\xfe", 3);
	check(text, REPLACED REPLACED DOTS);
	g_string_free(text, TRUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(xml),
		cmocka_unit_test(folded),
		cmocka_unit_test(terminal),
		cmocka_unit_test(fit),
		cmocka_unit_test(marks_stay_with_their_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
