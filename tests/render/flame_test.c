// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analysis_sample.h"
#include "cmocka_all.h"
#include "output.h"

#include "render/flame_tree.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct flame_frame user = {.name = "main", .kind = FLAME_USER};

static void add(struct flame *flame, const char *leaf, long double ns)
{
	struct flame_frame frames[] = {user, {.name = leaf, .kind = FLAME_KERNEL}};

	assert_int_equal(flame__add(flame, frames, 2, ns, BASIS_SAMPLED), 0);
}

/* A third of a nanosecond a thousand times is 333 ns, not 0 and not 1000. */
static void fractions_are_kept(void **state)
{
	struct flame *flame = flame__new();
	char *folded;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char *name = g_strdup_printf("leaf%d", i);

		add(flame, name, 1.0L / 3);
		g_free(name);
	}
	assert_int_equal(flame__total(flame), 333);
	folded = output__flame(flame, "folded");
	assert_int_equal(output__folded_sum(folded), 333);
	free(folded);
	flame__free(flame);
}

static void values_are_checked(void **state)
{
	struct flame *flame = flame__new();

	(void)state;
	assert_int_equal(flame__add(flame, &user, 1, -1, BASIS_EXACT), -EINVAL);
	assert_int_equal(flame__add(flame, &user, 1, NAN, BASIS_EXACT), -EINVAL);
	assert_int_equal(flame__add(flame, &user, 1, INFINITY, BASIS_EXACT), -EINVAL);
	assert_int_equal(flame__add(flame, &user, 1, 0x1p63L, BASIS_EXACT), -ERANGE);
	assert_int_equal(flame__add(flame, &user, 1, 0x1p63L - 1, BASIS_EXACT), 0);
	assert_int_equal(flame__add(flame, &user, 1, 1, BASIS_EXACT), -ERANGE);
	assert_true(flame__total(flame) == INT64_MAX);
	flame__free(flame);
}

/* The order stacks are added in does not show. */
static void order_is_of_names(void **state)
{
	static const char *const names[] = {"b", "a", "c", "B", "\xff"};
	struct flame *forth = flame__new();
	struct flame *back = flame__new();
	char *a;
	char *b;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		add(forth, names[i], (long double)i + 1);
		add(back, names[4 - i], (long double)(4 - i) + 1);
	}
	a = output__flame(forth, "svg");
	b = output__flame(back, "svg");
	assert_string_equal(a, b);
	free(a);
	free(b);
	a = output__flame(forth, "folded");
	assert_string_equal(a, "main;B_[k] 4\nmain;a_[k] 2\nmain;b_[k] 1\nmain;c_[k] 3\n"
			       "main;\xef\xbf\xbd_[k] 5\n");
	free(a);
	flame__free(forth);
	flame__free(back);
}

static void ranges_nest(void **state)
{
	struct flame *flame = flame__new();
	const struct flame_node *nodes;
	struct flame_tree *tree;
	size_t count;

	(void)state;
	assert_int_equal(flame__add(flame, &user, 1, 5, BASIS_EXACT), 0);
	add(flame, "a", 10);
	add(flame, "b", 20);
	tree = flame_tree__new(flame, (struct flame_limits){0});
	nodes = flame_tree__nodes(tree, &count);
	assert_int_equal(count, 4);
	assert_int_equal(nodes[0].total_ns, 35);
	assert_int_equal(nodes[1].total_ns, 35);
	assert_int_equal(nodes[1].self_ns, 5);
	assert_int_equal(nodes[2].start_ns, 0);
	assert_int_equal(nodes[3].start_ns, 10);
	assert_int_equal(nodes[3].parent, 1);
	assert_true(nodes[0].basis[BASIS_EXACT] == 5 && nodes[0].basis[BASIS_SAMPLED] == 30);
	flame_tree__free(tree);
	flame__free(flame);
}

/* name, depth, total, folded: of each node */
static char *outline(const struct flame *flame, struct flame_limits limits)
{
	struct flame_tree *tree = flame_tree__new(flame, limits);
	GString *text = g_string_new(NULL);
	size_t count;
	const struct flame_node *nodes = flame_tree__nodes(tree, &count);

	for (size_t i = 0; i < count; i++) {
		g_string_append_printf(text, "%s%u:%" PRId64, nodes[i].name ? nodes[i].name : "~",
				       nodes[i].depth, nodes[i].total_ns);
		if (nodes[i].kind == FLAME_REST)
			g_string_append_printf(text, "*%u", nodes[i].folded);
		g_string_append_c(text, ' ');
	}
	flame_tree__free(tree);
	return g_string_free(text, FALSE);
}

static void what_is_beyond_limits_is_one_node(void **state)
{
	static const char text[] = "a;b;c 10\na;b;d 1\na;b;e 1.25\na;f 3\ng 2\nh;i;j 2\n";
	static const struct {
		struct flame_limits limits;
		const char *outline;
	} cases[] = {
		{{0}, "all0:19 a1:15 b2:12 c3:10 d3:1 e3:1 f2:3 g1:2 h1:2 i2:2 j3:2 "},
		{{.least = 3, .ties = 9}, "all0:19 a1:15 b2:12 c3:10 ~3:2*2 f2:3 ~1:4*2 "},
		/* Of those of just 2, what is deeper than 2. */
		{{.least = 2, .ties = 2},
		 "all0:19 a1:15 b2:12 c3:10 ~3:2*2 f2:3 g1:2 h1:2 i2:2 ~3:2*1 "},
		/* Of those as deep as that, one. */
		{{.least = 2, .ties = 1, .tied = 1},
		 "all0:19 a1:15 b2:12 c3:10 ~3:2*2 f2:3 g1:2 ~1:2*1 "},
		{{.levels = 3}, "all0:19 a1:15 ~2:15*2 g1:2 h1:2 ~2:2*1 "},
		{{.least = 20, .ties = 9}, "all0:19 ~1:19*3 "},
	};
	struct flame *flame = output__read_folded(text, sizeof(text) - 1, &(char *){NULL});

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *is = outline(flame, cases[i].limits);

		assert_string_equal(is, cases[i].outline);
		g_free(is);
	}
	flame__free(flame);
}

static void modules_of_a_name_are_told_apart(void **state)
{
	struct flame *flame = flame__new();
	const struct flame_frame a = {.name = "read", .module = "liba.so", .kind = FLAME_USER};
	const struct flame_frame b = {.name = "read", .module = "libb.so", .kind = FLAME_USER};
	const struct flame_node *nodes;
	struct flame_tree *tree;
	size_t count;

	(void)state;
	assert_int_equal(flame__add(flame, &a, 1, 1, BASIS_EXACT), 0);
	assert_int_equal(flame__add(flame, &b, 1, 1, BASIS_EXACT), 0);
	tree = flame_tree__new(flame, (struct flame_limits){0});
	nodes = flame_tree__nodes(tree, &count);
	assert_int_equal(count, 2);
	assert_ptr_equal(nodes[1].module, flame__several_modules);
	flame_tree__free(tree);
	flame__free(flame);
}

static void add_at(struct flame *flame, const char *name, const char *file, uint32_t line)
{
	const struct flame_frame frame = {
		.name = name, .kind = FLAME_INLINED, .file = file, .line = line};

	assert_int_equal(flame__add(flame, &frame, 1, 1, BASIS_EXACT), 0);
}

static void places_of_a_name_are_joined(void **state)
{
	struct flame *flame = flame__new();
	const struct flame_node *nodes;
	struct flame_tree *tree;
	size_t count;

	(void)state;
	add_at(flame, "a", "a.h", 7);
	add_at(flame, "a", "a.h", 0);
	add_at(flame, "a", "a.h", 30);
	add_at(flame, "a", "a.h", 5);
	add_at(flame, "b", NULL, 0);
	add_at(flame, "b", "b.h", 0);
	add_at(flame, "b", "b.h", 9);
	add_at(flame, "c", "a.h", 1);
	add_at(flame, "c", "b.h", 1);
	add_at(flame, "c", "a.h", 1);
	tree = flame_tree__new(flame, (struct flame_limits){0});
	nodes = flame_tree__nodes(tree, &count);
	assert_int_equal(count, 4);
	assert_string_equal(nodes[1].file, "a.h");
	assert_int_equal(nodes[1].first_line, 5);
	assert_int_equal(nodes[1].last_line, 30);
	assert_string_equal(nodes[2].file, "b.h");
	assert_int_equal(nodes[2].first_line, 9);
	assert_int_equal(nodes[2].last_line, 9);
	assert_ptr_equal(nodes[3].file, flame__several_files);
	assert_int_equal(nodes[3].first_line, 0);
	assert_int_equal(nodes[3].last_line, 0);
	flame_tree__free(tree);
	flame__free(flame);
}

static void names_are_shortened_and_joined(void **state)
{
	static const char text[] =
		"a<x>;f<int>(int);sys_<b> 1\na<x>;f<char>(char);k<b>_[k] 0.25\n"
		"a<x>;f<char>(char);k<b>_[k] 0.25\na<y>;g 3\na<y>;[note<x> 1] 1\n"
		"a<x>;f<char>(char);k<c>_[k] 0.5\na<x>;f<…>(…) 2\nc<x>;c<y>_[i] 4\n";
	struct flame *flame = output__read_folded(text, sizeof(text) - 1, &(char *){NULL});
	const struct flame_node *nodes;
	struct flame_tree *tree;
	size_t count;
	char *folded, *again;

	(void)state;
	flame__shorten_names(flame);
	folded = output__flame(flame, "folded");
	assert_string_equal(folded, "a<…>;[note<x> 1] 1\na<…>;f<…>(…) 2\na<…>;f<…>(…);k<b>_[k] 1\n"
				    "a<…>;f<…>(…);sys_<…> 1\na<…>;g 3\nc<…>;c<…>_[i] 4\n");
	assert_int_equal(flame__total(flame), 12);
	tree = flame_tree__new(flame, (struct flame_limits){0});
	nodes = flame_tree__nodes(tree, &count);
	assert_ptr_equal(nodes[1].whole_name, flame__several_names);
	assert_string_equal(nodes[count - 1].whole_name, "c<y>");
	assert_true(nodes[0].basis[FLAME_BASIS_UNKNOWN] == 12);
	assert_null(nodes[0].whole_name);
	flame__shorten_names(flame);
	again = output__flame(flame, "folded");
	assert_string_equal(again, folded);
	flame_tree__free(tree);
	tree = flame_tree__new(flame, (struct flame_limits){0});
	nodes = flame_tree__nodes(tree, &count);
	assert_string_equal(nodes[count - 1].whole_name, "c<y>");
	free(again);
	free(folded);
	flame_tree__free(tree);
	flame__free(flame);
}

static struct flame *view(const struct analysis *analysis, const char *name)
{
	struct flame *flame = NULL;
	char *error = NULL;

	const struct flame_wish wish = output__wish(name);

	assert_int_equal(flame__from_analysis(&flame, analysis, &wish, &error), 0);
	return flame;
}

static int64_t view_total(const char *name)
{
	struct flame *flame = view(analysis_sample(), name);
	char *folded = output__flame(flame, "folded");
	int64_t total = flame__total(flame);

	assert_int_equal(output__folded_sum(folded), total);
	free(folded);
	flame__free(flame);
	return total;
}

static void views_hold_their_time(void **state)
{
	(void)state;
	assert_int_equal(view_total("wall"), 300000000000);
	assert_int_equal(view_total("cause"), 300000000000);
	assert_int_equal(view_total("oncpu"), 30000000000);
	assert_int_equal(view_total("offcpu"), 270000000000);
	assert_null(flame_view__find("sideways"));
}

static void views_are_rooted(void **state)
{
	struct flame *flame = view(analysis_sample(), "wall");
	char *folded = output__flame(flame, "folded");

	(void)state;
	assert_non_null(strstr(folded, "fileread;worker;[no stack: interruptible in futex] "));
	assert_non_null(strstr(folded, "fileread;[no stack: running] 1000000000\n"));
	free(folded);
	flame__free(flame);
	flame = view(analysis_sample(), "cause");
	folded = output__flame(flame, "folded");
	assert_non_null(strstr(folded, "lock;futex;fileread;worker;[no stack: "));
	assert_non_null(strstr(folded, "unknown;fileread;[no stack: woken in futex] "));
	free(folded);
	flame__free(flame);
}

/* Of the sample: a thread's share is 2 s of lock/futex, 0.1 of lock/inode, 1 of cpu/user, 0.233 of
 * unknown and 6.667 of idle/park; all but the first of 30 threads are called "worker". */
static void picks_take_their_time(void **state)
{
	static const struct {
		struct flame_pick pick;
		const char *meaning;
		double seconds;
	} picks[] = {
		{{.thread = "4242", .from_ns = -1, .to_ns = -1}, "thread 4242", 10},
		{{.thread = "worker", .from_ns = -1, .to_ns = -1}, "thread worker", 290},
		{{.comm = "fileread", .from_ns = -1, .to_ns = -1}, "process fileread", 300},
		{{.cause = "lock", .from_ns = -1, .to_ns = -1}, "cause lock", 63},
		{{.cause = "lock/inode", .from_ns = -1, .to_ns = -1}, "cause lock/inode", 3},
		{{.state = "blocked", .from_ns = -1, .to_ns = -1}, "state blocked", 263},
		{{.state = "running", .thread = "4243", .from_ns = -1, .to_ns = -1},
		 "thread 4243, state running",
		 1},
		{{.from_ns = 0, .to_ns = 1000000000}, "0 ns to 5.000 s of the window", 300},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(picks) / sizeof(picks[0]); i++) {
		struct flame_wish wish = output__wish("wall");
		struct flame *flame = NULL;
		char *error = NULL;
		char *svg;

		wish.pick = picks[i].pick;
		assert_int_equal(flame__from_analysis(&flame, analysis_sample(), &wish, &error), 0);
		assert_float_equal((double)flame__total(flame) / 1e9, picks[i].seconds, 0.001);
		svg = output__flame(flame, "svg");
		if (!strstr(svg, picks[i].meaning))
			fail_msg("the picture does not say '%s'", picks[i].meaning);
		free(svg);
		flame__free(flame);
	}
}

static void what_is_not_there_cannot_be_picked(void **state)
{
	static const struct {
		struct flame_pick pick;
		const char *view;
		const char *error;
	} picks[] = {
		{{.thread = "nobody", .from_ns = -1, .to_ns = -1}, "wall", "fileread, worker"},
		{{.thread = "", .from_ns = -1, .to_ns = -1}, "wall", "no thread ''"},
		{{.comm = "worker", .from_ns = -1, .to_ns = -1}, "wall", "it has fileread"},
		{{.cause = "loc", .from_ns = -1, .to_ns = -1}, "wall", "lock/futex, lock/inode"},
		{{.cause = "", .from_ns = -1, .to_ns = -1}, "wall", "no cause ''"},
		{{.state = "asleep", .from_ns = -1, .to_ns = -1}, "wall", "blocked, runnable"},
		{{.cause = "lock", .from_ns = -1, .to_ns = -1}, "oncpu", "no time of cause lock"},
		{{.from_ns = 11000000000, .to_ns = -1}, "wall", "it is 10.00 s long"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(picks) / sizeof(picks[0]); i++) {
		struct flame_wish wish = output__wish(picks[i].view);
		struct flame *flame = NULL;
		char *error = NULL;

		wish.pick = picks[i].pick;
		assert_int_equal(flame__from_analysis(&flame, analysis_sample(), &wish, &error),
				 -ENOENT);
		if (!strstr(error, picks[i].error))
			fail_msg("'%s' does not say '%s'", error, picks[i].error);
		free(error);
	}
}

static char *shaped(const char *roots, const char *view_name, bool reversed)
{
	struct flame_wish wish = output__wish(view_name);
	struct flame *flame = NULL;
	char *error = NULL;
	char *folded;

	wish.roots = flame_roots__find(roots);
	wish.reversed = reversed;
	assert_int_equal(flame__from_analysis(&flame, analysis_sample(), &wish, &error), 0);
	folded = output__flame(flame, "folded");
	assert_int_equal(output__folded_sum(folded), 300000000000);
	flame__free(flame);
	return folded;
}

static void roots_and_order_are_as_wished(void **state)
{
	static const struct {
		const char *roots, *view;
		bool reversed;
		const char *has;
	} shapes[] = {
		{"thread", "wall", true, "[no stack: interruptible in futex];worker;fileread "},
		{"thread", "cause", true, "lock;futex;[no stack: interruptible in futex];worker;"},
		{"process", "wall", false, "fileread;[no stack: running] 30000000000\n"},
		{"code", "wall", false, "\n[no stack: running] 30000000000\n"},
		{"code", "cause", false, "cpu;user;[no stack: running] 30000000000\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		char *folded = shaped(shapes[i].roots, shapes[i].view, shapes[i].reversed);

		if (!strstr(folded, shapes[i].has))
			fail_msg("no '%s' in:\n%s", shapes[i].has, folded);
		free(folded);
	}
	assert_null(flame_roots__find("leaf"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fractions_are_kept),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(order_is_of_names),
		cmocka_unit_test(ranges_nest),
		cmocka_unit_test(what_is_beyond_limits_is_one_node),
		cmocka_unit_test(modules_of_a_name_are_told_apart),
		cmocka_unit_test(places_of_a_name_are_joined),
		cmocka_unit_test(names_are_shortened_and_joined),
		cmocka_unit_test(views_hold_their_time),
		cmocka_unit_test(views_are_rooted),
		cmocka_unit_test(picks_take_their_time),
		cmocka_unit_test(what_is_not_there_cannot_be_picked),
		cmocka_unit_test(roots_and_order_are_as_wished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
