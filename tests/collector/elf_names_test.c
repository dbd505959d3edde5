// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Names in programs that the compiler makes here: inlined calls with lines, symbols of every kind,
 * and debug information in all the places where it may be. */
#include "elf_desk.h"

#include <string.h>

static const char inlined_source[] = "namespace deep\n" // 1
				     "{\n"
				     "inline __attribute__((always_inline)) int inner(int x)\n"
				     "{\n"
				     "	asm volatile(\"mark_inner: nop\");\n" // 5
				     "	return x * 3;\n"
				     "}\n"
				     "template <class T>\n"
				     "inline __attribute__((always_inline)) T middle(T x)\n"
				     "{\n" // 10
				     "	if (x > 3) {\n"
				     "		T y = inner(x);\n"
				     "		return y + 1;\n"
				     "	}\n"
				     "	asm volatile(\"mark_middle: nop\");\n" // 15
				     "	return x;\n"
				     "}\n"
				     "__attribute__((noinline)) int outer(int x)\n"
				     "{\n"
				     "	asm volatile(\"mark_outer: nop\");\n" // 20
				     "	return middle<int>(x) + 2;\n"
				     "}\n"
				     "}\n"
				     "int main(int argc, char **)\n"
				     "{\n" // 25
				     "	return deep::outer(argc);\n"
				     "}\n";

#define OUTER "_ZN4deep5outerEi"

static int setup(void **state)
{
	char *dir = elf_desk__new();

	elf_desk__write(dir, "inlined.cc", inlined_source);
	*state = dir;
	return 0;
}

static int teardown(void **state)
{
	elf_desk__free(*state);
	return 0;
}

/* `whole` has the marks, `name` is the file to ask about. */
static void assert_inlined(struct elf_reader *reader, const char *dir, const char *whole,
			   const char *name, bool with_dwarf)
{
	static const struct {
		const char *mark;
		const char *function; /* with the distance put in */
	} places[] = {
		{"mark_inner", "deep::outer(int)+%d inlined.cc:21 > "
			       "int deep::middle<int>(int) inlined.cc:12 > "
			       "deep::inner(int) inlined.cc:5"},
		{"mark_middle", "deep::outer(int)+%d inlined.cc:21 > "
				"int deep::middle<int>(int) inlined.cc:15"},
		{"mark_outer", "deep::outer(int)+%d inlined.cc:20"},
	};
	uint64_t start = elf_desk__offset(dir, whole, OUTER);
	struct elf_file *file = elf_desk__open(reader, dir, name);

	assert_non_null(file);
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		uint64_t offset = elf_desk__offset(dir, whole, places[i].mark);
		GString *expected =
			g_string_new(with_dwarf ? places[i].function : "deep::outer(int)+%d");
		char *distance = g_strdup_printf("+%" G_GUINT64_FORMAT, offset - start);

		g_string_replace(expected, "+%d", offset > start ? distance : "", 0);
		elf_desk__assert_names(file, offset, expected->str);
		g_free(distance);
		g_string_free(expected, TRUE);
	}
}

static void inlined_calls(void **state)
{
	struct elf_reader *reader = elf_desk__start(NULL);
	const char *const formats[] = {"-gdwarf-4", "-gdwarf-5"};

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		elf_desk__run(*state, "g++ -O2 -g %s -o inlined inlined.cc", formats[i]);
		assert_inlined(reader, *state, "inlined", "inlined", true);
	}
	/* At a fixed address; with compressed sections; without a list of ranges. */
	elf_desk__run(*state, "g++ -O2 -g -no-pie -gz -o fixed inlined.cc");
	assert_inlined(reader, *state, "fixed", "fixed", true);
	elf_desk__run(*state, "objcopy --remove-section .debug_aranges inlined bare");
	assert_inlined(reader, *state, "inlined", "bare", true);
	elf_desk__run(*state, "g++ -O2 -g0 -o plain inlined.cc");
	assert_inlined(reader, *state, "plain", "plain", false);
	elf_reader__stop(reader);
}

static void split_off(const char *dir)
{
	elf_desk__run(dir,
		      "g++ -O2 -g -o whole inlined.cc && "
		      "objcopy --only-keep-debug whole whole.debug && strip -o stripped whole");
}

static void debug_file_by_build_id(void **state)
{
	char *debug_dir = g_build_filename(*state, "debug", NULL);
	struct elf_reader_options options = {.debug_dir = debug_dir};
	struct elf_reader *reader = elf_desk__start(&options);
	struct elf_file *file;
	char *id;

	split_off(*state);
	file = elf_desk__open(reader, *state, "stripped");
	elf_desk__assert_names(file, elf_desk__offset(*state, "whole", OUTER), "-");
	id = g_strdup(elf_file__build_id(file));
	assert_int_equal(strlen(id), 40);
	elf_desk__run(*state,
		      "mkdir -p debug/.build-id/%.2s && "
		      "cp whole.debug debug/.build-id/%.2s/%s.debug",
		      id, id, id + 2);
	elf_reader__stop(reader);
	reader = elf_desk__start(&options);
	assert_inlined(reader, *state, "whole", "stripped", true);
	elf_reader__stop(reader);

	/* Of another program it is not taken. */
	elf_desk__run(*state,
		      "g++ -O2 -g -Wl,--build-id=0x0123456789 -o other inlined.cc && "
		      "objcopy --only-keep-debug other debug/.build-id/%.2s/%s.debug",
		      id, id + 2);
	reader = elf_desk__start(&options);
	file = elf_desk__open(reader, *state, "stripped");
	elf_desk__assert_names(file, elf_desk__offset(*state, "whole", OUTER), "-");
	elf_reader__stop(reader);
	g_free(id);
	g_free(debug_dir);
}

static void debug_file_by_link(void **state)
{
	struct elf_reader *reader = elf_desk__start(NULL);
	struct elf_file *file;

	split_off(*state);
	elf_desk__run(*state, "objcopy --add-gnu-debuglink=whole.debug stripped");
	assert_inlined(reader, *state, "whole", "stripped", true);
	elf_desk__run(*state, "mkdir .debug && mv whole.debug .debug/ && cp stripped moved");
	assert_inlined(reader, *state, "whole", "moved", true);

	/* Without a build id the checksum tells. */
	elf_desk__run(*state,
		      "g++ -O2 -g -Wl,--build-id=none -o whole inlined.cc && "
		      "objcopy --only-keep-debug whole sum.debug && "
		      "strip -o summed whole && "
		      "objcopy --add-gnu-debuglink=sum.debug summed && cp summed falsified");
	assert_inlined(reader, *state, "whole", "summed", true);
	elf_desk__run(*state, "printf x >>sum.debug");
	file = elf_desk__open(reader, *state, "falsified");
	elf_desk__assert_names(file, elf_desk__offset(*state, "whole", OUTER), "-");
	elf_reader__stop(reader);
}

/* What the target names is not opened before it is known to be a plain file below the program. */
static void hostile_link(void **state)
{
	const struct elf_reader_options options = {.time_limit_ns = 5000000000LL};
	struct elf_reader *reader = elf_desk__start(&options);
	uint64_t offset;

	split_off(*state);
	offset = elf_desk__offset(*state, "whole", OUTER);
	elf_desk__run(*state,
		      "objcopy --add-gnu-debuglink=whole.debug stripped && cp stripped pipe && "
		      "rm whole.debug && mkfifo whole.debug");
	elf_desk__assert_names(elf_desk__open(reader, *state, "pipe"), offset, "-");
	elf_desk__run(*state, "mkdir below && objcopy --only-keep-debug whole up.debug && "
			      "printf '../up.debug\\0\\1\\2\\3\\4' >link && "
			      "objcopy --remove-section .gnu_debuglink "
			      "--add-section .gnu_debuglink=link stripped below/climbs");
	elf_desk__assert_names(elf_desk__open(reader, *state, "below/climbs"), offset, "-");
	elf_reader__stop(reader);
}

/* dwz(1) moves what debug files have in common into another one. */
static void alternate_debug_file(void **state)
{
	char *debug_dir = g_build_filename(*state, "debug", NULL);
	struct elf_reader_options options = {.debug_dir = debug_dir};
	struct elf_reader *reader = elf_desk__start(&options);
	struct elf_file *file;

	elf_desk__run(
		*state,
		"mkdir debug && g++ -O2 -g -o one inlined.cc && "
		"g++ -O2 -g -DOTHER -Wl,--build-id=0x77 -o two inlined.cc && cp one alone && "
		"dwz -m debug/common -M ../debug/common one two && mkdir bin && cp one bin/ && "
		"readelf -SW one | grep -q gnu_debugaltlink");
	assert_inlined(reader, *state, "alone", "bin/one", true);
	elf_reader__stop(reader);

	/* Elsewhere it is not followed: then there are symbols only. */
	options.debug_dir = NULL;
	reader = elf_desk__start(&options);
	file = elf_desk__open(reader, *state, "bin/one");
	elf_desk__assert_names(file, elf_desk__offset(*state, "alone", OUTER), "deep::outer(int)");
	elf_reader__stop(reader);
	g_free(debug_dir);
}

static void mini_debug_information(void **state)
{
	struct elf_reader *reader = elf_desk__start(NULL);

	elf_desk__run(
		*state,
		"g++ -O2 -g -o whole inlined.cc && "
		"echo " OUTER " >keep && objcopy --only-keep-debug whole whole.debug && "
		"objcopy -S --remove-section .comment --keep-symbols=keep whole.debug mini && "
		"xz mini && strip -o stripped whole && "
		"objcopy --add-section .gnu_debugdata=mini.xz stripped");
	assert_inlined(reader, *state, "whole", "stripped", false);
	elf_reader__stop(reader);
}

static const char symbols_source[] = "	.text\n"
				     "	.globl strong, longer_strong\n"
				     "	.weak weak\n"
				     "	.type strong, @function\n"
				     "	.type longer_strong, @function\n"
				     "	.type weak, @function\n"
				     "	.type local, @function\n"
				     "strong: weak: local: longer_strong:\n"
				     "	nop\n"
				     "	nop\n"
				     "	.size strong, 2\n"
				     "	.size longer_strong, 2\n"
				     "	.size weak, 2\n"
				     "	.size local, 2\n"
				     "gap = .\n"
				     "	.type gap, @object\n"
				     "	nop\n"
				     "sizeless:\n"
				     "	nop\n"
				     "	nop\n"
				     "	.weak w\n"
				     "	.type w, @function\n"
				     "	.type l, @function\n"
				     "w: l:\n"
				     "	nop\n"
				     "label:\n"
				     "	nop\n"
				     "	.type nested, @function\n"
				     "nested: nop\n"
				     "	.size nested, 1\n"
				     "	nop\n"
				     "	.size w, 4\n"
				     "	.size l, 4\n"
				     "	nop\n"
				     "	.globl versioned\n"
				     "	.type versioned, @function\n"
				     "versioned: nop\n"
				     "	.size versioned, 1\n"
				     "	.globl _ZN4deep9versionedEv\n"
				     "	.type _ZN4deep9versionedEv, @function\n"
				     "_ZN4deep9versionedEv: nop\n"
				     "	.size _ZN4deep9versionedEv, 1\n"
				     "last:\n"
				     "	nop\n"
				     "	.data\n"
				     "data: .quad 1\n"
				     "	.section .text.far, \"ax\"\n"
				     "	nop\n";

static void symbols_of_all_kinds(void **state)
{
	static const char *const expected[] = {
		"strong", "strong+1", "-", "sizeless",	"sizeless+1",	     "w",    "w+1",
		"nested", "w+3",      "-", "versioned", "deep::versioned()", "last",
	};
	struct elf_reader *reader = elf_desk__start(NULL);
	struct elf_file *file;
	uint64_t start;

	elf_desk__write(*state, "symbols.s", symbols_source);
	elf_desk__write(*state, "map", "V1 { global: *; };\n");
	elf_desk__run(*state,
		      "cc -shared -nostdlib -Wl,--version-script=map -o whole.so symbols.s && "
		      "objcopy --redefine-sym versioned=versioned@@V1 "
		      "--redefine-sym _ZN4deep9versionedEv=_ZN4deep9versionedEv@@V1 whole.so so");
	file = elf_desk__open(reader, *state, "so");
	start = elf_desk__offset(*state, "whole.so", "strong");
	for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
		elf_desk__assert_names(file, start + i, expected[i]);
	elf_desk__assert_names(file, elf_desk__offset(*state, "whole.so", "data"), "-");

	/* Of the dynamic symbols the rest can be had. */
	elf_desk__run(*state, "strip -o stripped.so whole.so");
	file = elf_desk__open(reader, *state, "stripped.so");
	elf_desk__assert_names(file, start + 1, "strong+1");
	elf_desk__assert_names(file, start + 3, "-");
	elf_desk__assert_names(file, start + 8, "w+3");
	/* And without section headers, by the program's own. */
	elf_desk__run(*state, "cp stripped.so headless.so && "
			      "printf '\\0\\0\\0\\0\\0\\0\\0\\0' | "
			      "dd of=headless.so bs=1 seek=40 conv=notrunc status=none && "
			      "printf '\\0\\0\\0\\0\\0\\0' | "
			      "dd of=headless.so bs=1 seek=58 conv=notrunc status=none");
	file = elf_desk__open(reader, *state, "headless.so");
	elf_desk__assert_names(file, start + 1, "strong+1");
	elf_reader__stop(reader);
}

/* Names longer than a packet are cut, and chains longer than one are put together. */
static void long_names(void **state)
{
	struct elf_reader *reader = elf_desk__start(NULL);
	GString *source = g_string_new(NULL);
	char *name = g_strnfill(40000, 'n'), *found;

	g_string_printf(source, "int %s(int x) { return x; }\nint main(void) { return %s(0); }\n",
			name, name);
	elf_desk__write(*state, "long.c", source->str);
	elf_desk__run(*state, "cc -O0 -o long long.c");
	found = elf_desk__names(elf_desk__open(reader, *state, "long"),
				elf_desk__offset(*state, "long", name));
	assert_int_equal(strlen(found), 32768);
	assert_string_equal(found + 32768 - strlen("nn[truncated]"), "nn[truncated]");
	g_free(found);

	/* 40 calls of 4,000 letters each. */
	name[4000] = '\0';
	g_string_assign(source, "static inline __attribute__((always_inline)) int\n");
	g_string_append_printf(source, "%s0(int x) { asm volatile(\"mark: nop\"); return x; }\n",
			       name);
	for (int i = 1; i <= 40; i++)
		g_string_append_printf(source,
				       "static inline __attribute__((always_inline)) int\n"
				       "%s%d(int x) { return %s%d(x) + 1; }\n",
				       name, i, name, i - 1);
	g_string_append_printf(source,
			       "int main(int argc, char **argv)\n{\n	(void)argv;\n"
			       "	return %s40(argc);\n}\n",
			       name);
	elf_desk__write(*state, "deep.c", source->str);
	elf_desk__run(*state, "cc -O2 -g -o deep deep.c");
	found = elf_desk__names(elf_desk__open(reader, *state, "deep"),
				elf_desk__offset(*state, "deep", "mark"));
	assert_non_null(g_str_has_prefix(found, "main") ? found : NULL);
	char **parts = g_strsplit(found, " > ", -1);
	assert_int_equal(g_strv_length(parts), 42);
	for (int i = 0; i <= 40; i++) {
		char *expected = g_strdup_printf("%s%d deep.c:%d", name, 40 - i, (40 - i) * 2 + 2);

		assert_string_equal(parts[i + 1], expected);
		g_free(expected);
	}
	g_strfreev(parts);
	g_free(found);
	g_string_free(source, TRUE);
	g_free(name);
	elf_reader__stop(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(inlined_calls, setup, teardown),
		cmocka_unit_test_setup_teardown(debug_file_by_build_id, setup, teardown),
		cmocka_unit_test_setup_teardown(debug_file_by_link, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_link, setup, teardown),
		cmocka_unit_test_setup_teardown(alternate_debug_file, setup, teardown),
		cmocka_unit_test_setup_teardown(mini_debug_information, setup, teardown),
		cmocka_unit_test_setup_teardown(symbols_of_all_kinds, setup, teardown),
		cmocka_unit_test_setup_teardown(long_names, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
