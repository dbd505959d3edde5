// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cmocka_all.h"
#include "output.h"

#include "render/flame_tree.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

static char *round_trip(const char *text)
{
	char *error = NULL;
	struct flame *flame = output__read_folded(text, strlen(text), &error);
	char *folded;

	if (!flame)
		fail_msg("%s", error);
	folded = output__flame(flame, "folded");
	flame__free(flame);
	return folded;
}

static void check(const char *text, const char *expected)
{
	char *folded = round_trip(text);
	char *again;

	assert_string_equal(folded, expected);
	again = round_trip(folded);
	assert_string_equal(again, folded);
	free(again);
	free(folded);
}

static void tools_are_read(void **state)
{
	(void)state;
	/* FlameGraph: merged, sorted. */
	check("b;c 2\na 1\nb;c 3\n", "a 1\nb;c 5\n");
	/* perf: spaces and numbers in names, kinds by ending. */
	check("perf 7;operator new(unsigned long);sys_read_[k] 12\n"
	      "java;Lx;.run_[j] 3\nx;inl_[i] 4\n",
	      "java;Lx;.run_[j] 3\nperf 7;operator new(unsigned long);sys_read_[k] 12\n"
	      "x;inl_[i] 4\n");
	/* bcc -f -d; carriage returns, empty lines, comments, no newline at the end. */
	check("# from bcc\r\nbash;main;-;do_sys_open 18446\r\n\r\n#\nbash;[Missed User Stack] 1",
	      "bash;[Missed User Stack] 1\nbash;main;-;do_sys_open 18446\n");
	/* A frame that begins with a hash is none the less a frame. */
	check("#private;x 5\n", "#private;x 5\n");
	/* Counts with fractions keep their sum; counts of nothing vanish. */
	check("a 0.5\nb 0.5\nc 1.5\nd 0.5\nz 0\n", "a 1\nc 2\n");
	check("a;;b 3\n", "a;[unnamed];b 3\n");
	check("a 9223372036854775807\n", "a 9223372036854775807\n");
}

static void refused(const char *text, size_t size, const char *expected)
{
	char *error = NULL;

	assert_null(output__read_folded(text, size, &error));
	assert_non_null(error);
	if (!strstr(error, expected))
		fail_msg("\"%s\" is not in \"%s\"", expected, error);
	free(error);
}

static void errors_give_the_line(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} rows[] = {
		{"a;b 1\na;b\n", "sample: line 2: there is no count"},
		{"a;b 1\n\na;b c\n", "line 3: there is no count"},
		{"a;b -3\n", "line 1: the count is negative"},
		{"a;b 1e9\n", "line 1: there is no count"},
		{"a;b inf\n", "line 1: there is no count"},
		{"a 9223372036854775808\n", "line 1: the count is too large"},
		{"a 99999999999999999999999\n", "line 1: the count is too large"},
		{"a 9223372036854775807\nb 1\n", "line 2: the counts sum"},
		{"12\n", "line 1: there is no stack"},
		{"   12\n", "line 1: there is no stack"},
		{"a;b 1 2\na;c 3 4\n", "two counts"},
		{"# nothing\n", "no stacks"},
		{"", "no stacks"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		refused(rows[i].text, strlen(rows[i].text), rows[i].error);
	refused("\x7f"
		"ELF\0\0\1 x",
		10, "line 1: there is no count");
}

static void any_bytes_are_read(void **state)
{
	static const char text[] = "a\0b;\xff\x1b[31m;<x> 5\n";
	char *error = NULL;
	struct flame *flame = output__read_folded(text, sizeof(text) - 1, &error);
	char *folded;

	(void)state;
	assert_non_null(flame);
	folded = output__flame(flame, "folded");
	assert_string_equal(folded, "a\xef\xbf\xbd"
				    "b;\xef\xbf\xbd\xef\xbf\xbd[31m;<x> 5\n");
	free(folded);
	flame__free(flame);
}

static void deep_stacks_are_read(void **state)
{
	enum { DEPTH = 100000 };
	GString *text = g_string_new(NULL);
	char *error = NULL;
	struct flame *flame;
	char *folded;
	char *svg;

	(void)state;
	for (int i = 0; i < DEPTH; i++)
		g_string_append(text, i ? ";f" : "f");
	g_string_append(text, " 7\n");
	flame = output__read_folded(text->str, text->len, &error);
	assert_non_null(flame);
	folded = output__flame(flame, "folded");
	assert_string_equal(folded, text->str);
	svg = output__flame(flame, "svg");
	assert_non_null(strstr(svg, "more than 999 levels deep."));
	assert_non_null(strstr(svg, "data-d=\"999\"><title>1 frame, 7\n"));
	assert_null(strstr(svg, "data-d=\"1000\""));
	free(svg);
	free(folded);
	flame__free(flame);
	g_string_free(text, TRUE);
}

static void kinds_are_known(void **state)
{
	static const char text[] = "c;[libc.so.6];[unknown];k_[k];_[k] 1\n";
	char *error = NULL;
	struct flame *flame = output__read_folded(text, sizeof(text) - 1, &error);
	const struct flame_node *nodes;
	struct flame_tree *tree;
	size_t count;

	(void)state;
	assert_non_null(flame);
	tree = flame_tree__new(flame, (struct flame_limits){0});
	nodes = flame_tree__nodes(tree, &count);
	assert_int_equal(count, 6);
	assert_int_equal(nodes[1].kind, FLAME_USER);
	assert_int_equal(nodes[2].kind, FLAME_USER);
	assert_int_equal(nodes[3].kind, FLAME_NOTE);
	assert_int_equal(nodes[4].kind, FLAME_KERNEL);
	assert_string_equal(nodes[4].name, "k");
	/* An ending with nothing before it is a name. */
	assert_string_equal(nodes[5].name, "_[k]");
	assert_false(flame__is_time(flame));
	flame_tree__free(tree);
	flame__free(flame);
}

/* Text is read in large pieces: lines that end at, before and after the end of one, and longer
 * ones. */
static void lines_of_any_length_are_read(void **state)
{
	static const size_t pieces[] = {1 << 17, 1 << 18, 1 << 19, 1 << 20};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
		for (size_t length = pieces[i] - 5; length <= pieces[i] + 1; length++) {
			GString *text = g_string_new("a 1\r\n");
			char *name = g_strnfill(length - text->len, 'n');
			char *expected = g_strdup_printf("a 3\n%s 7\nz 4\n", name);
			char *folded;

			g_string_append_printf(text, "%s 7\na 2 \n\nz 4", name);
			folded = round_trip(text->str);
			assert_string_equal(folded, expected);
			free(folded);
			g_free(expected);
			g_free(name);
			g_string_free(text, TRUE);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tools_are_read),
		cmocka_unit_test(errors_give_the_line),
		cmocka_unit_test(any_bytes_are_read),
		cmocka_unit_test(deep_stacks_are_read),
		cmocka_unit_test(kinds_are_known),
		cmocka_unit_test(lines_of_any_length_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
