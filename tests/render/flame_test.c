// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analysis_sample.h"
#include "cmocka_all.h"
#include "output.h"

#include "render/flame_tree.h"

#include <errno.h>
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
	flame__finish(flame);
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
	flame__finish(flame);
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
	flame__finish(forth);
	flame__finish(back);
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
	size_t count;

	(void)state;
	assert_int_equal(flame__add(flame, &user, 1, 5, BASIS_EXACT), 0);
	add(flame, "a", 10);
	add(flame, "b", 20);
	flame__finish(flame);
	flame__finish(flame); /* does no harm */
	nodes = flame__nodes(flame, &count);
	assert_int_equal(count, 4);
	assert_int_equal(nodes[0].total_ns, 35);
	assert_int_equal(nodes[1].total_ns, 35);
	assert_int_equal(nodes[1].self_ns, 5);
	assert_int_equal(nodes[2].start_ns, 0);
	assert_int_equal(nodes[3].start_ns, 10);
	assert_int_equal(nodes[3].parent, 1);
	assert_true(nodes[0].basis[BASIS_EXACT] == 5 && nodes[0].basis[BASIS_SAMPLED] == 30);
	flame__free(flame);
}

static void modules_of_a_name_are_told_apart(void **state)
{
	struct flame *flame = flame__new();
	const struct flame_frame a = {.name = "read", .module = "liba.so", .kind = FLAME_USER};
	const struct flame_frame b = {.name = "read", .module = "libb.so", .kind = FLAME_USER};
	const struct flame_node *nodes;
	size_t count;

	(void)state;
	assert_int_equal(flame__add(flame, &a, 1, 1, BASIS_EXACT), 0);
	assert_int_equal(flame__add(flame, &b, 1, 1, BASIS_EXACT), 0);
	flame__finish(flame);
	nodes = flame__nodes(flame, &count);
	assert_int_equal(count, 2);
	assert_ptr_equal(nodes[1].module, flame__several_modules);
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
	flame__finish(flame);
	nodes = flame__nodes(flame, &count);
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
	size_t count;
	char *folded, *again;

	(void)state;
	flame__shorten_names(flame);
	folded = output__flame(flame, "folded");
	assert_string_equal(folded, "a<…>;[note<x> 1] 1\na<…>;f<…>(…) 2\na<…>;f<…>(…);k<b>_[k] 1\n"
				    "a<…>;f<…>(…);sys_<…> 1\na<…>;g 3\nc<…>;c<…>_[i] 4\n");
	assert_int_equal(flame__total(flame), 12);
	nodes = flame__nodes(flame, &count);
	assert_ptr_equal(nodes[1].whole_name, flame__several_names);
	assert_string_equal(nodes[count - 1].whole_name, "c<y>");
	assert_true(nodes[0].basis[FLAME_BASIS_UNKNOWN] == 12);
	assert_null(nodes[0].whole_name);
	flame__shorten_names(flame);
	again = output__flame(flame, "folded");
	assert_string_equal(again, folded);
	nodes = flame__nodes(flame, &count);
	assert_string_equal(nodes[count - 1].whole_name, "c<y>");
	free(again);
	free(folded);
	flame__free(flame);
}

static struct flame *view(const struct analysis *analysis, const char *name)
{
	struct flame *flame = NULL;
	char *error = NULL;

	assert_int_equal(flame__from_analysis(&flame, analysis, flame_view__find(name), &error), 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fractions_are_kept),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(order_is_of_names),
		cmocka_unit_test(ranges_nest),
		cmocka_unit_test(modules_of_a_name_are_told_apart),
		cmocka_unit_test(places_of_a_name_are_joined),
		cmocka_unit_test(names_are_shortened_and_joined),
		cmocka_unit_test(views_hold_their_time),
		cmocka_unit_test(views_are_rooted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
