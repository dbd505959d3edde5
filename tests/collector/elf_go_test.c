// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A Go program, with symbols and debug information and without. */
#include "elf_desk.h"

#include <errno.h>
#include <string.h>

static const char source[] = "package main\n" // 1
			     "\n"
			     "import \"os\"\n"
			     "\n"
			     "type shape struct{ sides int }\n" // 5
			     "\n"
			     "//go:noinline\n"
			     "func (s *shape) count(x int) int {\n"
			     "	return x / s.sides\n"
			     "}\n" // 10
			     "\n"
			     "func small(x int) int {\n"
			     "	return x * len(os.Args)\n"
			     "}\n"
			     "\n" // 15
			     "//go:noinline\n"
			     "func outer(x int) int {\n"
			     "	return small(x) / 3\n"
			     "}\n"
			     "\n" // 20
			     "//go:noinline\n"
			     "func each[E any](in []E, f func(E)) {\n"
			     "	var room [64]byte\n"
			     "	for i, v := range in {\n"
			     "		room[i%64] = 1\n" // 25
			     "		f(v)\n"
			     "	}\n"
			     "	println(room[0])\n"
			     "}\n"
			     "\n" // 30
			     "func main() {\n"
			     "	s := &shape{len(os.Args)}\n"
			     "	each([]int{1, 2}, func(x int) { println(s.count(x), outer(x)) })\n"
			     "}\n";

#define EACH "main.each[go.shape.int_0]"

static void build(const char *dir, const char *name, const char *options)
{
	elf_desk__run(dir,
		      "GO111MODULE=off GOCACHE=\"$PWD/cache\" GOPATH=\"$PWD/path\" GOFLAGS= "
		      "go build %s -o %s shapes.go",
		      options, name);
}

static int setup(void **state)
{
	char *dir = elf_desk__new();

	elf_desk__write(dir, "shapes.go", source);
	build(dir, "whole", "");
	build(dir, "stripped", "-ldflags='-s -w'");
	build(dir, "pie", "-buildmode=pie");
	build(dir, "pie-stripped", "-buildmode=pie -ldflags='-s -w'");
	*state = dir;
	return 0;
}

static int teardown(void **state)
{
	elf_desk__free(*state);
	return 0;
}

/* The linker lays out the code with symbols and without in the same order, not at the same places:
 * those of the stripped one are found by asking along. */
static uint64_t find_name(struct elf_file *file, uint64_t from, const char *prefix)
{
	for (uint64_t offset = from & ~0xfULL; offset < from + 0x100000; offset += 16) {
		char *names = elf_desk__names(file, offset);
		bool found = g_str_has_prefix(names, prefix);

		g_free(names);
		if (found)
			return offset;
	}
	fail_msg("no %s", prefix);
	return 0;
}

/* All that is told of the code from an offset on, each text once in the order it is met. */
static char *all_names(struct elf_file *file, uint64_t from, const char *function)
{
	GString *all = g_string_new("");

	for (uint64_t offset = from;; offset++) {
		char *names = elf_desk__names(file, offset);
		char *line = strchr(names, ' ');
		bool inside = g_str_has_prefix(names, function);

		if (inside && line && !strstr(all->str, line))
			g_string_append_printf(all, "%s,", line);
		g_free(names);
		if (!inside)
			break;
	}
	return g_string_free(all, FALSE);
}

static void assert_lines(struct elf_file *file, uint64_t offset, const char *function,
			 const char *const *expected)
{
	char *all = all_names(file, offset, function);

	for (; *expected; expected++)
		if (!strstr(all, *expected))
			fail_msg("%s: no '%s' in '%s'", function, *expected, all);
	g_free(all);
}

static void names_and_lines(void **state)
{
	static const char *const programs[] = {"whole", "stripped", "pie", "pie-stripped"};
	static const char *const each_lines[] = {" shapes.go:22", " shapes.go:24", " shapes.go:26",
						 " shapes.go:28", NULL};
	static const char *const inlined[] = {" shapes.go:18 > main.small shapes.go:13", NULL};
	static const char *const not_inlined[] = {" shapes.go:18,", NULL};
	struct elf_reader *reader = elf_desk__start(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
		struct elf_file *file = elf_desk__open(reader, *state, programs[i]);
		bool stripped = i % 2;
		const char *like = i < 2 ? "whole" : "pie";
		uint64_t from = elf_desk__offset(*state, like, "main.(*shape).count") - 0x10000;
		char *lines;

		assert_non_null(file);
		assert_true(elf_file__has_frame_pointers(file));
		assert_lines(file, find_name(file, from, "main.(*shape).count shapes.go:8"),
			     "main.(*shape).count", (const char *[]){" shapes.go:9", NULL});
		assert_lines(file, find_name(file, from, "main.each[...] "), "main.each[...]",
			     each_lines);
		assert_lines(file, find_name(file, from, "main.outer"), "main.outer",
			     stripped ? not_inlined : inlined);
		find_name(file, from, "main.main.func1 ");
		/* No line of another function may be told as its own. */
		lines = all_names(file, find_name(file, from, "main.outer"), "main.outer");
		assert_null(strstr(lines, "shapes.go:13,") && stripped ? lines : NULL);
		g_free(lines);
	}
	elf_reader__stop(reader);
}

/* What go tool nm says, through all of the code. */
static void all_functions(void **state)
{
	struct elf_reader *reader = elf_desk__start(NULL);
	struct elf_file *file = elf_desk__open(reader, *state, "whole");
	char *path = g_build_filename(*state, "list", NULL), *text;
	char **lines;
	int checked = 0;

	elf_desk__run(*state, "nm whole | grep -E ' [tT] (main|runtime|os|sync)\\.[a-zA-Z.]*$' | "
			      "grep -vE 'runtime\\.e?text$|\\.abi0$' >list");
	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	lines = g_strsplit(text, "\n", -1);
	for (size_t i = 0; i + 1 < g_strv_length(lines); i += 8) {
		const char *symbol = strrchr(lines[i], ' ') + 1;
		char *names = elf_desk__names(file, elf_desk__offset(*state, "whole", symbol));
		size_t length = strlen(symbol);

		if (strncmp(names, symbol, length) != 0 || (names[length] && names[length] != ' '))
			fail_msg("%s is called %s", symbol, names);
		g_free(names);
		checked++;
	}
	assert_true(checked > 50);
	g_strfreev(lines);
	g_free(text);
	g_free(path);
	elf_reader__stop(reader);
}

static void call_frames(void **state)
{
	static const char *const programs[] = {"whole", "stripped", "pie-stripped"};
	struct elf_reader *reader = elf_desk__start(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
		struct elf_file *file = elf_desk__open(reader, *state, programs[i]);
		const char *like = i < 2 ? "whole" : "pie";
		uint64_t near = elf_desk__offset(*state, like, EACH) - 0x10000, each, at;
		struct unwind_rule rule;

		each = find_name(file, near, "main.each[...]");
		assert_int_equal(elf_file__rule(file, each, &rule), 0);
		assert_int_equal(rule.cfa.reg, UNWIND_RSP);
		assert_int_equal(rule.cfa.offset, 8);
		assert_int_equal(rule.registers[UNWIND_RBP].how, UNWIND_SAME);
		/* Its frame has 64 bytes of its own. */
		assert_int_equal(elf_file__rule(file, each + 60, &rule), 0);
		assert_true(rule.cfa.offset > 64 + 8 && rule.cfa.offset < 256);
		assert_int_equal(rule.registers[UNWIND_RIP].how, UNWIND_AT_CFA);
		assert_int_equal(rule.registers[UNWIND_RIP].offset, -8);
		assert_int_equal(rule.registers[UNWIND_RBP].how, UNWIND_AT_CFA);
		assert_int_equal(rule.registers[UNWIND_RBP].offset, -16);

		near = elf_desk__offset(*state, like, "runtime.goexit.abi0") - 0x10000;
		at = find_name(file, near, "runtime.goexit");
		assert_int_equal(elf_file__rule(file, at, &rule), 0);
		assert_int_equal(rule.registers[UNWIND_RIP].how, UNWIND_UNDEFINED);
		at = find_name(file, near, "runtime.systemstack ");
		assert_int_equal(elf_file__rule(file, at + 20, &rule), -ENOENT);
	}
	elf_reader__stop(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_lines),
		cmocka_unit_test(all_functions),
		cmocka_unit_test(call_frames),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
