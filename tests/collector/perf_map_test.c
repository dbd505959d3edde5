// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The map of a JIT compiler is written by the target: it may hold anything. */
#include "desk.h"

#include "collector/perf_map.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct perf_map *map_of(const struct desk *desk, const char *text, size_t size)
{
	char *path = g_build_filename(desk->dir, "perf.map", NULL);
	struct perf_map *map;
	int fd;

	desk__write_text(path, text, size);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	map = perf_map__read(fd);
	assert_int_not_equal(fcntl(fd, F_GETFD), -1); /* it stays ours */
	close(fd);
	g_free(path);
	return map;
}

static void assert_name(const struct perf_map *map, uint64_t address, const char *name,
			uint64_t start)
{
	uint64_t found_start = 0;
	const char *found = perf_map__find(map, address, &found_start);

	if (!name) {
		assert_null(found);
		return;
	}
	assert_non_null(found);
	assert_string_equal(found, name);
	assert_int_equal(found_start, start);
}

static void functions_are_found(void **state)
{
	static const char text[] = "2000 100 second one\n1000 10 first\n0x3000 0x8 third\n";
	struct perf_map *map = map_of(*state, text, sizeof(text) - 1);

	assert_name(map, 0xfff, NULL, 0);
	assert_name(map, 0x1000, "first", 0x1000);
	assert_name(map, 0x100f, "first", 0x1000);
	assert_name(map, 0x1010, NULL, 0);
	assert_name(map, 0x20ff, "second one", 0x2000);
	assert_name(map, 0x3007, "third", 0x3000);
	assert_name(map, 0x3008, NULL, 0);
	assert_name(map, UINT64_MAX, NULL, 0);
	perf_map__free(map);
	perf_map__free(NULL);
}

static void the_newest_of_one_place_counts(void **state)
{
	static const char text[] = "1000 10 old\n1000 20 newer\n1000 18 newest\n1004 4 inner\n";
	struct perf_map *map = map_of(*state, text, sizeof(text) - 1);

	assert_name(map, 0x1000, "newest", 0x1000);
	assert_name(map, 0x1003, "newest", 0x1000);
	assert_name(map, 0x1005, "inner", 0x1004);
	perf_map__free(map);
}

static void hostile_lines(void **state)
{
	static const char text[] = "\n \nzzz\n1000\n1000 \n1000 10\n1000 10 \n1000 0 empty\n"
				   "-1 10 negative\n10 -1 everywhere\nffffffffffffffffffff 1 huge\n"
				   "5000 5 nul\0 inside\n\xff\xfe\xfd\n"
				   "6000 7 \x1b[31mred\x07\n7000 3 no newline at the end";
	struct perf_map *map = map_of(*state, text, sizeof(text) - 1);

	assert_name(map, 0x1000, "everywhere", 0x10);
	assert_name(map, 0x5001, "nul", 0x5000);
	assert_name(map, 0x6001, "\x1b[31mred\x07", 0x6000); /* shown escaped, stored as it is */
	assert_name(map, 0x7002, "no newline at the end", 0x7000);
	assert_name(map, 0, NULL, 0);
	perf_map__free(map);
}

static void long_names_and_noise(void **state)
{
	uint64_t seed = 9;
	GString *text = g_string_new("1000 10 ");
	struct perf_map *map;

	for (int i = 0; i < 100000; i++)
		g_string_append_c(text, 'x');
	g_string_append_c(text, '\n');
	map = map_of(*state, text->str, text->len);
	uint64_t start;
	/* A line is read up to 8 kB. */
	assert_int_equal(strlen(perf_map__find(map, 0x1000, &start)), 8191 - strlen("1000 10 "));
	perf_map__free(map);
	for (int round = 0; round < 50; round++) {
		g_string_set_size(text, 0);
		for (int i = 0; i < 4096; i++) {
			static const char some[] = "0123456789abcdef  \n\n\0-x";

			g_string_append_c(text, some[desk__random_below(&seed, sizeof(some))]);
		}
		map = map_of(*state, text->str, text->len);
		for (int i = 0; i < 200; i++)
			perf_map__find(map, desk__random(&seed) >> (i % 64), &start);
		perf_map__free(map);
	}
	g_string_free(text, TRUE);
}

static void nothing_to_read(void **state)
{
	struct perf_map *map = perf_map__read(-1);

	(void)state;
	assert_name(map, 0x1000, NULL, 0);
	perf_map__free(map);
}

static char *own_map_path(void)
{
	return g_strdup_printf("/tmp/perf-%d.map", getpid());
}

static void only_the_owner_is_believed(void **state)
{
	char *path = own_map_path();
	int before = desk__open_files(), fd;

	(void)state;
	g_remove(path);
	assert_int_equal(perf_map__open(getpid()), -1); /* none */
	desk__write_text(path, "1000 10 x\n", 10);
	fd = perf_map__open(getpid());
	assert_true(fd >= 0);
	close(fd);
	if (geteuid() == 0) { /* only root can give a file away */
		assert_int_equal(chown(path, 12345, 12345), 0);
		assert_int_equal(perf_map__open(getpid()), -1);
	}
	g_remove(path);
	assert_int_equal(perf_map__open(0x7fffffff), -1); /* no such process */
	assert_int_equal(desk__open_files(), before);
	g_free(path);
}

static void only_regular_files_are_read(void **state)
{
	const struct desk *desk = *state;
	char *path = own_map_path();
	int before = desk__open_files();

	g_remove(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(perf_map__open(getpid()), -1); /* and does not wait for a writer */
	g_remove(path);
	assert_int_equal(symlink(desk->file, path), 0);
	assert_int_equal(perf_map__open(getpid()), -1);
	g_remove(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(perf_map__open(getpid()), -1);
	g_rmdir(path);
	assert_int_equal(desk__open_files(), before);
	g_free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk__setup, desk__teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(functions_are_found),
		TEST(the_newest_of_one_place_counts),
		TEST(hostile_lines),
		TEST(long_names_and_noise),
		TEST(nothing_to_read),
		TEST(only_the_owner_is_believed),
		TEST(only_regular_files_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
