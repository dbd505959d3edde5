// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What is written of two captures that are known to the nanosecond. */
#include "cmocka_all.h"
#include "diff_sample.h"
#include "output.h"

#include "render/escape.h"

#include <errno.h>
#include <glib.h>
#include <inttypes.h>
#include <json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A second: 300 ms before, 500 ms after for the mutex; a stack that goes, one that comes. */
static const struct diff_share before[] = {
	{"main;pthread_mutex_lock|futex_wait", 300},
	{"main;old;pthread_mutex_lock|futex_wait", 100},
	{NULL, 0},
};
static const struct diff_share after[] = {
	{"main;pthread_mutex_lock|futex_wait", 500},
	{"main;new;pthread_mutex_lock|futex_wait", 50},
	{NULL, 0},
};

static struct diff_sample sample(void)
{
	return diff_sample__new(before, 10, after, 20);
}

static char *render(const struct diff_sample *sample, const char *format, enum diff_width width)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	const struct diff_wish wish = {.width = width, .flame = flame_wish__default()};
	char *error = NULL;

	assert_non_null(out);
	assert_int_equal(
		render__diff(out, sample->comparison, diff_format__find(format), &wish, &error), 0);
	assert_null(error);
	(void)fclose(out);
	return text;
}

static void contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("not there: %s\n%s", part, text);
}

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	for (; (text = strstr(text, part)); text++)
		count++;
	return count;
}

static void folded_stacks_have_both_sides(void **state)
{
	struct diff_sample both = sample();
	char *text = render(&both, "folded", WIDTH_BOTH);

	(void)state;
	/* 20 seconds after are halved to the 10 before. Each other second has 2 ms more. */
	contains(text,
		 "test;thread;main;pthread_mutex_lock;futex_wait_[k] 3000000000 5000000000\n");
	contains(text, "test;thread;main;old;pthread_mutex_lock;futex_wait_[k] 1010000000 0\n");
	contains(text, "test;thread;main;new;pthread_mutex_lock;futex_wait_[k] 0 510000000\n");
	contains(text, "test;thread;main;pthread_cond_wait;futex_wait_[k] 5990000000 4490000000\n");
	assert_int_equal(count_of(text, "\n"), 4);
	free(text);
	diff_sample__free(&both);
}

static void the_text_tells_in_words(void **state)
{
	struct diff_sample both = sample();
	char *text = render(&both, "text", WIDTH_BOTH);
	char **lines = g_strsplit(text, "\n", -1);

	(void)state;
	contains(text, "wallflame diff: thread time per second of wall time\n");
	contains(text, "By cause, per second of wall time: lock/futex more, +37.4 % (+150.0 ms), "
		       "idle/park less,");
	contains(text, "  lock/futex                 401.0 ms  551.0 ms  +150.0 ms ");
	contains(text, " more, +37.4 %\n");
	contains(text, " more, new\n");
	contains(text, " less, gone\n");
	contains(text, "      futex_wait < pthread_mutex_lock < old < main\n");
	contains(text, "Where nothing has changed, the chance of any such row is below 5 %.");
	for (char **line = lines; *line; line++) {
		if (escape__columns(*line) > 100)
			fail_msg("%zu columns: %s", escape__columns(*line), *line);
	}
	g_strfreev(lines);
	free(text);
	diff_sample__free(&both);
}

static void warnings_stand_in_the_head(void **state)
{
	static const struct diff_share hostile[] = {
		{"<b>&\"\033[2J\377;]]>|futex_wait", 400}, {"main;x", 100}, {NULL, 0}};
	struct diff_sample both = diff_sample__new(before, 3, hostile, 9);
	char *text = render(&both, "text", WIDTH_BOTH);

	(void)state;
	contains(text, "  WARNING: very different lengths: 3 s before, 9 s after");
	contains(text, "  WARNING: the capture before is worth 3.0 slices");
	contains(text, "By cause no difference that these captures can show.\n");
	contains(text, "0 of 0 tested rows differ.");
	for (const char *p = text; *p; p++)
		assert_true((unsigned char)*p >= 0x20 || *p == '\n');
	free(text);
	diff_sample__free(&both);
}

static struct json_object *member(struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, name, &value))
		fail_msg("there is no \"%s\"", name);
	return value;
}

static double number(struct json_object *object, const char *name)
{
	return json_object_get_double(member(object, name));
}

static struct json_object *row_of(struct json_object *diff, const char *table, const char *name)
{
	struct json_object *rows = member(diff, table);

	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		if (!strcmp(json_object_get_string(member(row, "name")), name))
			return row;
	}
	fail_msg("no %s in %s", name, table);
	return NULL;
}

static void json_keeps_its_contract(void **state)
{
	struct diff_sample both = sample();
	char *text = render(&both, "json", WIDTH_BOTH);
	struct json_object *diff = json_tokener_parse(text);
	struct json_object *row;

	(void)state;
	assert_non_null(diff);
	assert_string_equal(json_object_get_string(member(diff, "schema")), "wallflame-diff-1");
	assert_string_equal(json_object_get_string(member(member(diff, "unit"), "divisor")),
			    "wall");
	assert_true(number(member(member(diff, "unit"), "after"), "amount") == 20);
	assert_true(number(member(diff, "after"), "window_ns") == 20e9);
	row = row_of(diff, "causes", "lock/futex");
	assert_true(fabs(number(member(row, "before"), "value") - 401e6) < 1);
	assert_true(fabs(number(member(row, "after"), "ns") - 11.02e9) < 1);
	assert_true(fabs(number(row, "change") - 150e6) < 1);
	assert_true(number(row, "low") < 150e6 && 150e6 < number(row, "high"));
	assert_string_equal(json_object_get_string(member(row, "verdict")), "more");
	assert_null(member(row, "why"));
	/* What was not tested has no chance. */
	row = row_of(diff, "causes", "io/pipe");
	assert_null(member(row, "p"));
	assert_string_equal(json_object_get_string(member(row, "verdict")), "too little");
	assert_true(number(member(diff, "rules"), "tested") > 0);
	assert_int_equal(json_object_array_length(member(diff, "stacks")), 4);
	row = json_object_array_get_idx(member(diff, "stacks"), 0);
	assert_string_equal(json_object_get_string(member(
				    json_object_array_get_idx(member(row, "frames"), 0), "name")),
			    "main");
	json_object_put(diff);
	free(text);
	diff_sample__free(&both);
}

static void the_picture_shows_what_only_one_side_has(void **state)
{
	struct diff_sample both = sample();
	char *text = render(&both, "svg", WIDTH_BOTH);

	(void)state;
	/* old, and below it the lock and the kernel's function; so for new. */
	assert_int_equal(count_of(text, "<g class=\"f gone\""), 3);
	assert_int_equal(count_of(text, "<g class=\"f new\""), 3);
	contains(text,
		 "<title>old\nvanished, not seen after: 101.0 ms before, 0 ns after; 10.1 % of "
		 "all before, 0.0 % after");
	contains(text, "<title>new\nnew, not seen before: 0 ns before, 51.00 ms after");
	/* 300 and 500 ms: less than doubled. The sum is as wide as both. */
	contains(text, "<g class=\"f m m3\"");
	contains(text, "data-before=\"1010000000 5990000000\"");
	contains(text, "more by 200.0 ms, +66.7 %");
	assert_null(strstr(text, " onclick"));
	assert_null(strstr(text, "http://www.w3.org/1999/xlink"));
	free(text);
	diff_sample__free(&both);
}

/* The first line of a frame's rect: its x and width in pixels. */
static double width_of(const char *text, const char *name)
{
	char *title = g_strdup_printf("<title>%s\n", name);
	const char *at = strstr(text, title);

	g_free(title);
	assert_non_null(at);
	at = strstr(at, " width=\"");
	assert_non_null(at);
	return g_ascii_strtod(at + strlen(" width=\""), NULL);
}

static void widths_are_those_asked_for(void **state)
{
	struct diff_sample both = sample();
	static const double old_px[WIDTH_COUNT] = {
		[WIDTH_BEFORE] = 0.101, [WIDTH_AFTER] = 0, [WIDTH_BOTH] = 0.0505};
	static const double new_px[WIDTH_COUNT] = {
		[WIDTH_BEFORE] = 0, [WIDTH_AFTER] = 0.051, [WIDTH_BOTH] = 0.0255};

	(void)state;
	for (int width = 0; width < WIDTH_COUNT; width++) {
		char *text = render(&both, "svg", width);

		assert_true(fabs(width_of(text, "old") - old_px[width] * 1168) < 1);
		assert_true(fabs(width_of(text, "new") - new_px[width] * 1168) < 1);
		assert_true(fabs(width_of(text, "all") - 1168) < 1);
		free(text);
	}
	diff_sample__free(&both);
}

static void what_cannot_be_written_says_why(void **state)
{
	static const char *const of_trees[] = {"folded", "svg", "html"};
	const struct diff_wish wish = {.width = WIDTH_BOTH, .flame = flame_wish__default()};
	struct diff_sample both = sample();

	(void)state;
	both.comparison->unit.amount[SIDE_AFTER] = 1e-12;
	for (size_t i = 0; i < sizeof(of_trees) / sizeof(of_trees[0]); i++) {
		char *text = NULL, *error = NULL;
		size_t size = 0;
		FILE *out = open_memstream(&text, &size);

		assert_non_null(out);
		assert_int_equal(render__diff(out, both.comparison, diff_format__find(of_trees[i]),
					      &wish, &error),
				 -ERANGE);
		(void)fclose(out);
		assert_int_equal(size, 0);
		assert_non_null(error);
		contains(error, "cannot be brought to one scale");
		free(error);
		free(text);
	}
	diff_sample__free(&both);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folded_stacks_have_both_sides),
		cmocka_unit_test(the_text_tells_in_words),
		cmocka_unit_test(warnings_stand_in_the_head),
		cmocka_unit_test(json_keeps_its_contract),
		cmocka_unit_test(the_picture_shows_what_only_one_side_has),
		cmocka_unit_test(widths_are_those_asked_for),
		cmocka_unit_test(what_cannot_be_written_says_why),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
