// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analysis_sample.h"
#include "cmocka_all.h"
#include "output.h"

#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

static char *picture_of(const char *view, const char *cause)
{
	struct flame *flame = NULL;
	char *error = NULL;
	char *svg;

	struct flame_wish wish = output__wish(view);

	wish.pick.cause = cause;

	assert_int_equal(flame__from_analysis(&flame, analysis_sample(), &wish, &error), 0);
	svg = output__flame(flame, "svg");
	flame__free(flame);
	return svg;
}

static char *picture(const char *view)
{
	return picture_of(view, NULL);
}

static void a_picture_tells_what_it_shows(void **state)
{
	static const char *const parts[] = {
		"<title>./fileread --threads 30: all wall-clock time, rooted in its causes</title>",
		"build-7, Linux 6.1.0-18, 4 CPUs",
		"10.00 s window",
		"30 threads in 1 process",
		"Lost: 12 ring-full",
		"<title>futex\n60.00 s (60,000,000,000 ns), 95 % interval 60.00 s to 60.00 s, ",
		", 20.0 % of all, 95.2 % of its caller\ncause; evidence: sampled</title>",
		"class=\"f c c",
		">lock</text>",
	};
	char *svg = picture("cause");

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!strstr(svg, parts[i]))
			fail_msg("not in the picture: %s", parts[i]);
	}
	assert_null(strstr(svg, "http://www.w3.org/1999/xlink"));
	free(svg);
}

/* Of a part both are told: the share of what is shown, and that of all. */
static void a_part_is_a_share_of_all(void **state)
{
	static const char *const parts[] = {
		"63.00 s of 300.0 s of thread time (21.0 %)",
		"<title>all\n63.00 s (63,000,000,000 ns), 95 % interval 63.00 s to 63.00 s, 100.0 "
		"% of all that is shown, "
		"21.0 % of all thread time\n",
		"<title>futex\n60.00 s (60,000,000,000 ns), 95 % interval 60.00 s to 60.00 s, 95.2 "
		"% of all that is shown, "
		"95.2 % of its caller, 20.0 % of all thread time\n",
	};
	char *svg = picture_of("cause", "lock");

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!strstr(svg, parts[i]))
			fail_msg("not in the picture: %s", parts[i]);
	}
	free(svg);
	svg = picture("oncpu");
	assert_non_null(strstr(svg, "30.00 s of 300.0 s of thread time (10.0 %)"));
	free(svg);
}

/*
 * Ten draws of one stratum, of which six are of a lock; and time without a stack, whose cause is a
 * guess. By docs/causes.md: R = 0.6, U = 1.2 ms, v = 118.8 us, Var = v (0.36 U - 0.2 x),
 * center = (x + 1.921 v) / 1.380, half = 1.960 sqrt(Var + 0.960 v^2) / 1.380.
 */
static void frames_tell_their_intervals(void **state)
{
	static const char *const parts[] = {
		"<title>all\n1.700 ms (1,700,000 ns), 100.0 % of all that is shown, &lt;0.1 % of "
		"all "
		"thread time\nprocess or thread; evidence: sampled 70.6 %, estimated 29.4 %; "
		"the sum is exact</title>",
		"<title>futex\n720.0 us (720,000 ns), 95 % interval 376.6 us to 997.3 us, 42.4 % "
		"of all "
		"that is shown, 100.0 % of its caller, &lt;0.1 % of all thread time\ncause; "
		"evidence: "
		"sampled</title>",
		"<title>unknown\n500.0 us (500,000 ns), 95 % interval 0 ns to 500.0 us, 29.4 % of "
		"all ",
		">Totals are exact.<",
		">Places in the code are sampled 70.6 %, estimated 29.4 %.<",
	};
	struct piece pieces[] = {
		{.cause = 0, .ns = 720000, .grain = 118800, .basis = BASIS_SAMPLED},
		{.cause = 4, .ns = 480000, .grain = 118800, .basis = BASIS_SAMPLED},
		{.cause = 3, .ns = 500000, .grain = 500000, .basis = BASIS_ESTIMATED, .syscall = 1},
	};
	struct analysis analysis = *analysis_sample();
	struct flame_wish wish = output__wish("cause");
	struct flame *flame = NULL;
	char *error = NULL;
	char *svg;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++)
		pieces[i].state = STATE_INTERRUPTIBLE;
	analysis.pieces = pieces;
	analysis.piece_count = G_N_ELEMENTS(pieces);
	assert_int_equal(flame__from_analysis(&flame, &analysis, &wish, &error), 0);
	svg = output__flame(flame, "svg");
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!strstr(svg, parts[i]))
			fail_msg("not in the picture: %s", parts[i]);
	}
	free(svg);
	flame__free(flame);
	/* All that is picked is of one cause: its total is not exact. */
	wish.pick.cause = "lock";
	assert_int_equal(flame__from_analysis(&flame, &analysis, &wish, &error), 0);
	svg = output__flame(flame, "svg");
	assert_non_null(strstr(svg, ">The total: 376.6 us to 997.3 us (95 %). Places in the code "
				    "are sampled.<"));
	assert_null(strstr(svg, "Totals are exact"));
	free(svg);
	flame__free(flame);
}

/* Where the n-th frame is drawn. */
static int top_of(const char *svg, int frame)
{
	const char *at = strstr(svg, "<g class=\"f ");

	while (at && frame-- > 0)
		at = strstr(at + 1, "<g class=\"f ");
	assert_non_null(at);
	at = strstr(at, " y=\"");
	assert_non_null(at);
	return atoi(at + 4);
}

static void an_icicle_hangs_from_its_root(void **state)
{
	static const char text[] = "a;b 5\n";
	char *error = NULL;
	struct flame *flame = output__read_folded(text, sizeof(text) - 1, &error);
	char *svg = output__flame(flame, "svg");
	int highest = top_of(svg, 2);

	(void)state;
	assert_int_equal(top_of(svg, 0), highest + 2 * 18);
	assert_null(strstr(svg, "data-hanging=\""));
	free(svg);
	flame__hang(flame);
	svg = output__flame(flame, "svg");
	for (int frame = 0; frame < 3; frame++)
		assert_int_equal(top_of(svg, frame), highest + frame * 18);
	assert_non_null(strstr(svg, "data-hanging=\""));
	free(svg);
	flame__free(flame);
}

/* Nearly all of what has no stack in the state of a lock's wait waits for one; a sleep in futex(2)
 * may be either. */
static void what_waits_has_the_colour_of_its_cause(void **state)
{
	static const char *const parts[] = {
		"<title>[no stack: uninterruptible in futex]\n2.900 s (2,900,000,000 ns), 95 % "
		"interval 2.896 s to 2.900 s, 1.0 % of "
		"all, 1.0 % of its caller\na remark, no code; waits: lock; evidence: ",
		"class=\"f n c-lock\"",
		">Causes, and kernel code that waits for them:<",
		">lock</text>",
	};
	char *svg = picture("wall");
	const char *sleep, *from;

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!strstr(svg, parts[i]))
			fail_msg("not in the picture: %s", parts[i]);
	}
	sleep = strstr(svg, "<title>[no stack: interruptible in futex]");
	assert_non_null(sleep);
	from = g_strrstr_len(svg, sleep - svg, "<g class=");
	assert_memory_equal(from, "<g class=\"f n n", strlen("<g class=\"f n n"));
	assert_null(strstr(svg, ">idle</text>"));
	free(svg);
	svg = picture("cause");
	assert_non_null(strstr(svg, "<g class=\"f c c-idle\""));
	assert_non_null(strstr(svg, ">idle</text>"));
	assert_null(strstr(svg, ">cause</text>"));
	free(svg);
}

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		count++;
	return count;
}

/* Leaf first, the time of a stack is its leaf's own, which comes after the cause. */
static void reversed_pictures_know_leaves(void **state)
{
	struct flame_wish wish = output__wish("cause");
	struct flame *flame = NULL;
	char *error = NULL;
	char *svg;

	(void)state;
	wish.reversed = true;
	assert_int_equal(flame__from_analysis(&flame, analysis_sample(), &wish, &error), 0);
	svg = output__flame(flame, "svg");
	assert_int_equal(count_of(svg, "<title>[no stack: "), 5);
	assert_int_equal(count_of(svg, " data-l=\"\"><title>[no stack: "), 5);
	assert_int_equal(count_of(svg, " data-l="), 5);
	assert_non_null(strstr(svg, " data-reversed=\"\""));
	assert_null(strstr(svg, "itself"));
	free(svg);
	flame__free(flame);
	svg = picture("cause");
	assert_null(strstr(svg, " data-l="));
	free(svg);
}

static void a_bounded_ledger_is_not_called_exact(void **state)
{
	const struct flame_wish wish = output__wish("wall");
	struct analysis analysis;
	struct flame *flame;
	char *error = NULL;
	char *svg = picture("wall");

	(void)state;
	assert_non_null(strstr(svg, ">Totals are exact.<"));
	free(svg);
	analysis_sample__bounded(&analysis);
	assert_int_equal(flame__from_analysis(&flame, &analysis, &wish, &error), 0);
	svg = output__flame(flame, "svg");
	assert_non_null(strstr(svg,
			       ">Totals are exact of threads and of running, all others sampled. "
			       "Of all time, 58.00 s were unobserved and are shared out.<"));
	assert_null(strstr(svg, "Totals are exact."));
	/* Half of the sleeps in futex(2) are of a lock: how unsure that is pieces do not tell. */
	assert_non_null(strstr(svg, "; its interval is not known</title>"));
	assert_null(strstr(svg, "95 % interval"));
	free(svg);
	flame__free(flame);
	analysis_sample__free(&analysis);
}

static void a_picture_is_the_same_twice(void **state)
{
	char *a = picture("wall");
	char *b = picture("wall");

	(void)state;
	assert_string_equal(a, b);
	free(a);
	free(b);
}

static void a_frame_tells_its_source(void **state)
{
	struct flame *flame = flame__new();
	struct flame_frame frames[] = {
		{.name = "main",
		 .module = "/bin/<x>",
		 .kind = FLAME_USER,
		 .file = "a&b.c",
		 .line = 7},
		{.name = "push", .kind = FLAME_INLINED, .file = "x.h", .line = 12},
		{.name = "no line", .kind = FLAME_INLINED, .file = "\x1b]]>'\"", .line = 0},
	};
	char *svg;

	(void)state;
	assert_int_equal(flame__add(flame, frames, 3, 5, BASIS_EXACT), 0);
	frames[1].line = 10;
	assert_int_equal(flame__add(flame, frames, 2, 5, BASIS_EXACT), 0);
	svg = output__flame(flame, "svg");
	assert_non_null(
		strstr(svg, "\nuser code in /bin/&lt;x&gt;; source: a&amp;b.c:7; evidence"));
	assert_non_null(strstr(svg, "\ninlined user code; source: x.h:10-12; evidence: exact"));
	assert_non_null(
		strstr(svg, "; source: \xef\xbf\xbd]]&gt;&#39;&quot;; evidence: exact</title>"));
	assert_non_null(strstr(svg, "<g class=\"f i i"));
	assert_non_null(strstr(svg, ">inlined</text>"));
	free(svg);
	flame__free(flame);
}

static void labels_are_short_where_room_is(void **state)
{
	static const char text[] = "std::map<int, char>::find(int const&) 60\nwide<int> 300\n"
				   "wide<int>;narrow<int, unsigned long, char, \"'>_[k] 5\n";
	char *error = NULL;
	struct flame *flame = output__read_folded(text, sizeof(text) - 1, &error);
	char *svg = output__flame(flame, "svg");

	(void)state;
	assert_non_null(strstr(svg,
			       " data-n=\"std::map&lt;…&gt;::find(…)\"><title>std::map&lt;int, "
			       "char&gt;::find(int const&amp;)\n60 (in"));
	assert_non_null(strstr(svg, ">std::map&lt;…&gt;::find(…)</text>"));
	assert_non_null(strstr(svg, " data-n=\"wide&lt;…&gt;\"><title>wide&lt;int&gt;\n"));
	assert_non_null(strstr(svg, ">wide&lt;int&gt;</text>"));
	assert_non_null(
		strstr(svg, "\"><title>narrow&lt;int, unsigned long, char, &quot;&#39;&gt;\n"));
	assert_null(strstr(svg, "narrow&lt;…"));
	free(svg);
	flame__shorten_names(flame);
	svg = output__flame(flame, "svg");
	assert_non_null(strstr(svg, "<title>wide&lt;…&gt;\nwhole name: wide&lt;int&gt;\n"));
	assert_null(strstr(svg, "data-n"));
	free(svg);
	flame__free(flame);
}

static void narrow_frames_are_drawn_together(void **state)
{
	char *error = NULL;
	static const char text[] = "a 10000000\nb;c;d 400\ne 500\n";
	struct flame *flame = output__read_folded(text, sizeof(text) - 1, &error);
	char *svg = output__flame(flame, "svg");

	(void)state;
	assert_non_null(strstr(svg, "Grey: frames drawn together, narrower than 0.1 px of 1168"));
	assert_non_null(strstr(svg, "<title>2 frames, 900\n900 (in the unit of the file)"));
	assert_null(strstr(svg, "<title>c\n"));
	assert_null(strstr(svg, "<title>e\n"));
	free(svg);
	flame__free(flame);
}

static void nothing_is_drawn_of_nothing(void **state)
{
	struct flame *flame = flame__new();
	char *svg;

	(void)state;
	svg = output__flame(flame, "svg");
	assert_non_null(strstr(svg, "There is no time in this view."));
	assert_null(strstr(svg, "class=\"f "));
	free(svg);
	svg = output__flame(flame, "folded");
	assert_string_equal(svg, "");
	free(svg);
	flame__free(flame);
}

static void long_names_are_bounded(void **state)
{
	GString *text = g_string_new(NULL);
	char *error = NULL;
	struct flame *flame;
	char *svg;

	(void)state;
	for (int i = 0; i < 10240; i++)
		g_string_append_c(text, 'x');
	g_string_append(text, " 1\n");
	flame = output__read_folded(text->str, text->len, &error);
	flame__set_title(flame, text->str);
	svg = output__flame(flame, "svg");
	assert_non_null(strstr(svg, "xxx\xe2\x80\xa6 (10,240 characters) \xe2\x80\xa6xxx"));
	g_string_truncate(text, 600);
	assert_null(strstr(svg, text->str));
	free(svg);
	flame__free(flame);
	g_string_free(text, TRUE);
}

static void failed_writes_are_told(void **state)
{
	struct flame *flame = flame__new();
	const struct flame_frame frame = {.name = "main", .kind = FLAME_USER};
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_int_equal(flame__add(flame, &frame, 1, 1, BASIS_EXACT), 0);
	assert_int_equal(render__flame(full, flame, flame_format__find("svg")), -ENOSPC);
	(void)fclose(full);
	full = fopen("/dev/full", "w");
	assert_int_equal(render__flame(full, flame, flame_format__find("folded")), -ENOSPC);
	(void)fclose(full);
	full = fopen("/dev/full", "w");
	assert_int_equal(render__report(full, analysis_sample(), report_format__find("text")),
			 -ENOSPC);
	(void)fclose(full);
	flame__free(flame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_tells_what_it_shows),
		cmocka_unit_test(a_part_is_a_share_of_all),
		cmocka_unit_test(frames_tell_their_intervals),
		cmocka_unit_test(what_waits_has_the_colour_of_its_cause),
		cmocka_unit_test(reversed_pictures_know_leaves),
		cmocka_unit_test(an_icicle_hangs_from_its_root),
		cmocka_unit_test(a_bounded_ledger_is_not_called_exact),
		cmocka_unit_test(a_picture_is_the_same_twice),
		cmocka_unit_test(a_frame_tells_its_source),
		cmocka_unit_test(labels_are_short_where_room_is),
		cmocka_unit_test(narrow_frames_are_drawn_together),
		cmocka_unit_test(nothing_is_drawn_of_nothing),
		cmocka_unit_test(long_names_are_bounded),
		cmocka_unit_test(failed_writes_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
