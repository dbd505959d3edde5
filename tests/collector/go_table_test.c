// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The formats of all Go releases, on tables made here; and tables that lie. */
#include "desk.h"
#include "go_sample.h"

#include "collector/go_table.h"

#include <string.h>

#define TEXT GO_SAMPLE_TEXT
#define SIZE GO_SAMPLE_SIZE

static struct go_table open_table(const unsigned char *bytes, const struct go_sample_format *format)
{
	struct go_table table;
	uint64_t text;

	assert_true(go_table__open(&table, bytes, SIZE));
	assert_int_equal(go_table__text_offset(&table), format->text_at);
	if (format->text_at) {
		memcpy(&text, bytes + format->text_at, sizeof(text));
		table.text = text;
	}
	return table;
}

static void functions_and_frames(void **state)
{
	unsigned char bytes[SIZE];

	(void)state;
	for (size_t i = 0; i < GO_SAMPLE_FORMATS; i++) {
		struct go_table table;
		struct go_function function;
		int32_t size;

		go_sample__make(bytes, &go_sample__formats[i]);
		table = open_table(bytes, &go_sample__formats[i]);
		assert_false(go_table__find(&table, TEXT - 1, &function));
		assert_false(go_table__find(&table, TEXT + 0x400, &function));
		assert_false(go_table__find(&table, UINT64_MAX, &function));
		assert_true(go_table__find(&table, TEXT + 0x3ff, &function));
		assert_string_equal(function.name, "runtime.goexit");
		assert_true(function.is_root);
		assert_false(function.switches_stack);
		assert_true(go_table__find(&table, TEXT + 0x1ff, &function));
		assert_string_equal(function.name, "main.first");
		assert_false(function.is_root);
		assert_int_equal(function.entry, TEXT);
		assert_int_equal(function.end, TEXT + 0x200);
		assert_true(go_table__frame_size(&table, &function, TEXT + 3, &size));
		assert_int_equal(size, 0);
		assert_true(go_table__frame_size(&table, &function, TEXT + 4, &size));
		assert_int_equal(size, 8);
		assert_true(go_table__frame_size(&table, &function, TEXT + 0x1ff, &size));
		assert_int_equal(size, 0x300);
		assert_false(go_table__frame_size(&table, &function, TEXT + 0x200, &size));
	}
}

static void assert_line(const struct go_table *table, const struct go_function *function,
			uint64_t pc, const char *expected_file, uint32_t expected)
{
	const char *file = NULL;
	uint32_t line = 0;

	assert_int_equal(go_table__line(table, function, pc, &file, &line), expected != 0);
	if (!expected)
		return;
	assert_string_equal(file, expected_file);
	assert_int_equal(line, expected);
}

static void files_and_lines(void **state)
{
	unsigned char bytes[SIZE];

	(void)state;
	for (size_t i = 0; i < GO_SAMPLE_FORMATS; i++) {
		bool old = !go_sample__formats[i].parts_at;
		struct go_table table;
		struct go_function function;

		go_sample__make(bytes, &go_sample__formats[i]);
		table = open_table(bytes, &go_sample__formats[i]);
		assert_true(go_table__find(&table, TEXT, &function));
		assert_line(&table, &function, TEXT, "/src/a.go", 10);
		/* The line of another function, which is inlined there; in the oldest format that
		 * is told by its file only. */
		assert_line(&table, &function, TEXT + 0x40, "/src/a.go", old ? 10 : 0);
		assert_line(&table, &function, TEXT + 0x80, "/src/a.go", 700);
		assert_line(&table, &function, TEXT + 0x100, "/src/b.go", old ? 0 : 12);
		assert_line(&table, &function, TEXT + 0x200, NULL, 0);
	}
}

/* Everything that can be asked: nothing may be read that is not there. */
static void ask_all(const unsigned char *bytes, size_t size)
{
	/* Of just that size, so that the sanitizer sees a byte too many. */
	unsigned char *exact = g_memdup2(bytes, size);
	struct go_table table;

	if (go_table__open(&table, exact, size)) {
		table.text = table.layout && go_table__text_offset(&table) ? TEXT : 0;
		for (uint64_t pc = TEXT - 8; pc < TEXT + 0x408; pc += 8) {
			struct go_function function;
			const char *file;
			uint32_t line;
			int32_t frame;

			if (!go_table__find(&table, pc, &function))
				continue;
			assert_true(*function.name);
			go_table__frame_size(&table, &function, pc, &frame);
			if (go_table__line(&table, &function, pc, &file, &line))
				assert_true(*file && line);
		}
	}
	g_free(exact);
}

static void tables_that_lie(void **state)
{
	unsigned char bytes[SIZE];
	struct go_table table;
	uint64_t seed = 11;

	(void)state;
	for (size_t i = 0; i < GO_SAMPLE_FORMATS; i++) {
		go_sample__make(bytes, &go_sample__formats[i]);
		for (size_t size = 0; size <= SIZE; size++)
			ask_all(bytes, size);
		for (int round = 0; round < 5000; round++) {
			go_sample__make(bytes, &go_sample__formats[i]);
			for (int64_t k = desk__random_below(&seed, 6); k >= 0; k--) {
				size_t at = (size_t)desk__random_below(&seed, SIZE - 8);
				uint64_t value = desk__random(&seed) >>
						 desk__random_below(&seed, 64);

				memcpy(bytes + at, &value, (size_t)desk__random_below(&seed, 9));
			}
			ask_all(bytes, SIZE);
		}
	}
	go_sample__make(bytes, &go_sample__formats[3]);
	bytes[0] = 0xf2; /* no format that is known */
	assert_false(go_table__open(&table, bytes, SIZE));
	bytes[0] = 0xf1;
	bytes[7] = 4; /* a machine of 32 bits */
	assert_false(go_table__open(&table, bytes, SIZE));
	bytes[7] = 8;
	memset(bytes + 8, 0x77, 8); /* functions */
	assert_false(go_table__open(&table, bytes, SIZE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_and_frames),
		cmocka_unit_test(files_and_lines),
		cmocka_unit_test(tables_that_lie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
