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

static char *render_wish(const struct diff_sample *sample, const char *format,
			 const struct diff_wish *wish)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	char *error = NULL;

	assert_non_null(out);
	assert_int_equal(
		render__diff(out, sample->comparison, diff_format__find(format), wish, &error), 0);
	assert_null(error);
	(void)fclose(out);
	return text;
}

static char *render(const struct diff_sample *sample, const char *format, enum diff_width width)
{
	const struct diff_wish wish = {.width = width, .flame = flame_wish__default()};

	return render_wish(sample, format, &wish);
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

/* The widths of all frames of a depth together. */
static int64_t sum_at(const char *svg, unsigned depth, const char *width)
{
	char *begin = g_strdup_printf(" data-d=\"%u\"", depth);
	char *attribute = g_strdup_printf(" data-%s=\"", width);
	int64_t sum = 0;

	for (const char *at = svg; (at = strstr(at, begin)); at += strlen(begin)) {
		const char *value = strstr(at, attribute);

		assert_non_null(value);
		value = strchr(value + strlen(attribute), ' ');
		assert_non_null(value);
		sum += g_ascii_strtoll(value, NULL, 10);
	}
	g_free(attribute);
	g_free(begin);
	return sum;
}

static void widths_add_up(const char *svg)
{
	static const char *const widths[] = {"before", "after", "both"};

	/* process; thread; main; one of many; futex_wait. */
	for (size_t i = 0; i < G_N_ELEMENTS(widths); i++) {
		assert_true(sum_at(svg, 0, widths[i]) > 0);
		for (unsigned depth = 1; depth <= 4; depth++)
			assert_int_equal(sum_at(svg, depth, widths[i]), sum_at(svg, 0, widths[i]));
	}
}

static void what_is_too_small_is_drawn_together(void **state)
{
	static const struct diff_share small_before[] = {
		{"main;work|futex_wait", 300},	  {"main;sure|futex_wait", 10},
		{"main;tiny_a|futex_wait", 0.06}, {"main;tiny_b|futex_wait", 0.07},
		{"main;tiny_c|futex_wait", 0.04}, {NULL, 0}};
	static const struct diff_share small_after[] = {{"main;work|futex_wait", 300},
							{"main;sure|futex_wait", 10},
							{"main;tiny_b|futex_wait", 0.01},
							{"main;tiny_c|futex_wait", 90},
							{NULL, 0}};
	struct diff_sample both = diff_sample__new(small_before, 10, small_after, 10);
	char *text = render(&both, "svg", WIDTH_BOTH);

	(void)state;
	/* What is wide in one of the widths is drawn. */
	contains(text, "<title>tiny_c\n40.00 us before, 90.00 ms after: more by ");
	contains(text,
		 "<title>2 frames\n130.0 us before, 10.00 us after: less by 120.0 us, -92.3 %");
	contains(text, "\nframes too small to be drawn one by one</title>");
	contains(text, "<g class=\"f r r0\"");
	contains(text, "Grey: frames drawn together, narrower than ");
	contains(text, ">small frames</text>");
	assert_null(strstr(text, "tiny_a"));
	widths_add_up(text);
	free(text);
	diff_sample__free(&both);
}

#define MANY 9500

/* As many stacks of long names, of which every other is on one side only. */
static void pictures_are_bounded(void **state)
{
	struct diff_share *shares[SIDES] = {g_new0(struct diff_share, MANY + 1),
					    g_new0(struct diff_share, MANY + 1)};
	GStringChunk *names = g_string_chunk_new(1 << 20);
	char tail[201] = "";
	struct diff_sample both;
	char *text;

	(void)state;
	memset(tail, '<', sizeof(tail) - 1);
	for (int i = 0; i < MANY; i++) {
		char *name = g_strdup_printf("main;f%05d%s|futex_wait", i, tail);

		for (int side = 0; side < SIDES; side++) {
			shares[side][i].stack = i % 4 == side ? "main;same|futex_wait"
							      : g_string_chunk_insert(names, name);
			shares[side][i].ms = 0.09;
		}
		g_free(name);
	}
	both = diff_sample__new(shares[SIDE_BEFORE], 1, shares[SIDE_AFTER], 1);
	text = render(&both, "svg", WIDTH_BOTH);
	assert_in_range(strlen(text), 500000, 3000000);
	widths_add_up(text);
	free(text);
	text = render(&both, "html", WIDTH_BOTH);
	assert_in_range(strlen(text), 500000, 2000000);
	free(text);
	diff_sample__free(&both);
	g_string_chunk_free(names);
	for (int side = 0; side < SIDES; side++)
		g_free(shares[side]);
}

/* As JSON has them; what the page has no room for it names by their leaves. */
static void deep_stacks_are_bounded(void **state)
{
	struct diff_share shares[21] = {{NULL, 0}};
	GString *stacks[20];
	struct diff_sample both;
	char *text;

	(void)state;
	for (int i = 0; i < 20; i++) {
		stacks[i] = g_string_new("main");
		for (int depth = 0; depth < 40; depth++) {
			g_string_append_printf(stacks[i], ";f%d_%d", i, depth);
			for (int k = 0; k < 1000; k++)
				g_string_append_c(stacks[i], '<');
		}
		g_string_append(stacks[i], "|futex_wait");
		shares[i] = (struct diff_share){stacks[i]->str, 30};
	}
	both = diff_sample__new(shares, 10, shares, 10);
	text = render(&both, "html", WIDTH_BOTH);
	assert_true(count_of(text, "<ol class=\"stacktrace\">") < 20);
	assert_int_equal(count_of(text, "futex_wait &lt; f"), 20);
	assert_in_range(strlen(text), 500000, 2500000);
	free(text);
	diff_sample__free(&both);
	for (int i = 0; i < 20; i++)
		g_string_free(stacks[i], TRUE);
}

static void a_pick_may_be_of_one_side(void **state)
{
	struct diff_sample both = sample();
	struct diff_wish wish = {.width = WIDTH_BOTH, .flame = flame_wish__default()};
	char *text, *error = NULL;

	(void)state;
	wish.flame.pick.cause = "lock";
	text = render_wish(&both, "folded", &wish);
	contains(text,
		 "test;thread;main;pthread_mutex_lock;futex_wait_[k] 3000000000 5000000000\n");
	assert_null(strstr(text, "pthread_cond_wait"));
	free(text);
	wish.flame.pick.cause = "page-cache";
	assert_int_equal(
		render__diff(stderr, both.comparison, diff_format__find("svg"), &wish, &error),
		-ENOENT);
	contains(error, "before: no time of cause page-cache; after: no time of cause page-cache");
	free(error);
	diff_sample__free(&both);
}

static void the_page_says_what_the_text_says(void **state)
{
	struct diff_sample both = sample();
	char *text = render(&both, "html", WIDTH_BOTH);

	(void)state;
	contains(text, "<h1>Before and after: thread time per second of wall time</h1>");
	contains(text,
		 "<b>lock/futex</b> takes <b>37.4 % more</b><span>: 401.0 ms before, 551.0 ms "
		 "after, per second of wall time.</span>");
	contains(text, "<tr class=\"more\"><td class=\"t\">lock/futex</td><td class=\"n\">401.0 ms"
		       "</td><td class=\"n\">551.0 ms</td><td class=\"n\">+150.0 ms</td>");
	contains(text, "<td class=\"t\">idle/park (idle)</td>");
	contains(text, "more, new</td>");
	contains(text, "less, gone</td>");
	contains(text, "futex_wait &lt; pthread_mutex_lock &lt; old &lt; main</summary>");
	contains(text, "<title>old\nvanished, not seen after: 101.0 ms before, 0 ns after;");
	free(text);
	diff_sample__free(&both);
}

/* Neither in the sentence, nor with a change, nor with a bar. */
static void a_small_sample_is_no_finding(void **state)
{
	struct diff_sample both = diff_sample__new(before, 3, after, 3);
	char *text = render(&both, "html", WIDTH_BOTH);

	(void)state;
	contains(text, ">By cause no difference that these captures can show.</p>");
	contains(text, ">Too small a sample to tell: lock/futex, idle/park.</p>");
	contains(text,
		 "<tr class=\"little\"><td class=\"t\">lock/futex</td><td class=\"n\">401.3 ms"
		 "</td><td class=\"n\">551.3 ms</td><td class=\"n\"></td><td class=\"g\"></td>"
		 "<td class=\"n\"></td><td class=\"e\"><span class=\"ev exact\">exact</span></td>"
		 "<td class=\"t\">too small a sample: fewer than 5 slices on a side</td>");
	assert_null(strstr(text, "<tr class=\"more\">"));
	assert_null(strstr(text, "<svg class=\"change\""));
	contains(text, "<li>the capture before is worth 3.0 slices");
	free(text);
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
		cmocka_unit_test(what_is_too_small_is_drawn_together),
		cmocka_unit_test(pictures_are_bounded),
		cmocka_unit_test(deep_stacks_are_bounded),
		cmocka_unit_test(a_pick_may_be_of_one_side),
		cmocka_unit_test(the_page_says_what_the_text_says),
		cmocka_unit_test(a_small_sample_is_no_finding),
		cmocka_unit_test(what_cannot_be_written_says_why),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
