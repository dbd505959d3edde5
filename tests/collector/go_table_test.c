// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The formats of all Go releases, on tables made here; and tables that lie. */
#include "desk.h"

#include "collector/go_table.h"

#include <string.h>

#define TEXT 0x401000
#define SIZE 0x500

/* Where the parts of every table made here are. */
enum part {
	NAMES = 0x100,
	FILES = 0x140, /* their names */
	UNITS = 0x180, /* offsets of those, by number */
	VALUES = 0x200,
	FUNCTIONS = 0x300, /* addresses and offsets of two records, unless they are in front */
	RECORDS = 0x380,
	RECORD = 0x80,
};

static const struct format {
	uint32_t magic;
	size_t entry_size;
	size_t text_at; /* 0: addresses are whole */
	size_t parts_at; /* 0: offsets count from the table's own beginning */
	size_t kind_at; /* in a record */
} formats[] = {
	{0xfffffffb, 8, 0, 0, 36},
	{0xfffffffa, 8, 0, 24, 40},
	{0xfffffff0, 4, 24, 32, 36},
	{0xfffffff1, 4, 24, 32, 40},
};

static void set(unsigned char *bytes, size_t at, uint64_t value, size_t width)
{
	memcpy(bytes + at, &value, width);
}

/* The table of values at an offset: pairs of a value and of how many bytes of code it holds for. */
static void set_values(unsigned char *bytes, size_t at, const int32_t (*pairs)[2])
{
	int32_t value = -1;

	for (; (*pairs)[1]; pairs++) {
		int32_t change = (*pairs)[0] - value;
		uint32_t numbers[] = {change < 0 ? (uint32_t)~change << 1 | 1
						 : (uint32_t)change << 1,
				      (uint32_t)(*pairs)[1]};

		for (size_t i = 0; i < 2; i++) {
			for (; numbers[i] >= 0x80; numbers[i] >>= 7)
				bytes[at++] = (unsigned char)(numbers[i] | 0x80);
			bytes[at++] = (unsigned char)numbers[i];
		}
		value = (*pairs)[0];
	}
	bytes[at] = 0;
}

static void set_record(unsigned char *bytes, const struct format *format, int number)
{
	const size_t base = format->parts_at ? VALUES : 0, names = format->parts_at ? NAMES : 0;
	const size_t functions = format->parts_at ? FUNCTIONS : 0, size = format->entry_size;
	const size_t entries = format->parts_at ? FUNCTIONS : 16;
	size_t record = RECORDS + (size_t)number * RECORD;
	uint64_t entry = (format->text_at ? 0 : TEXT) + (uint64_t)number * 0x200;
	const uint64_t fields[] = {
		NAMES + (uint64_t)number * 16 - names,
		0,
		0,
		VALUES + 0x10 - base,
		VALUES + 0x30 - base,
		VALUES + 0x50 - base,
		4,
		1,
		1,
	};

	set(bytes, entries + 2 * size * (size_t)number, entry, size);
	set(bytes, entries + 2 * size * (size_t)number + size, record - functions, size);
	set(bytes, record, entry, size);
	for (size_t i = 0; size + i * 4 < format->kind_at; i++)
		set(bytes, record + size + i * 4, fields[i], 4);
	/* Kind, flags, padding, tables of pointers; then three tables before that of inlined code.
	 */
	set(bytes, record + format->kind_at, format->text_at && number ? 0x100 : 0, 4);
	set(bytes, record + format->kind_at + 4 + 8, VALUES + 0x70 - base, 4);
}

/* Two functions of 0x200 bytes with the same frames and lines: "main.first", then "runtime.goexit".
 */
static void make(unsigned char *bytes, const struct format *format)
{
	static const int32_t frames[][2] = {{0, 4}, {8, 0xfc}, {0x300, 0x100}, {0, 0}};
	static const int32_t lines[][2] = {{10, 0x80}, {700, 0x80}, {12, 0x100}, {0, 0}};
	static const int32_t inlined[][2] = {{-1, 0x40}, {0, 0x40}, {-1, 0x180}, {0, 0}};
	const int32_t file = format->parts_at ? 0 : 1;
	const int32_t files[][2] = {{file, 0x100}, {file + 1, 0x100}, {0, 0}};
	const size_t base = format->parts_at ? FILES : 0;

	memset(bytes, 0, SIZE);
	set(bytes, 0, format->magic, 4);
	set(bytes, 4, 0x08010000, 4); /* two zeros, size of an instruction, size of a pointer */
	set(bytes, 8, 2, 8);
	if (format->text_at)
		set(bytes, format->text_at, TEXT, 8);
	memcpy(bytes + NAMES, "main.first", 11);
	memcpy(bytes + NAMES + 16, "runtime.goexit", 15);
	memcpy(bytes + FILES, "/src/a.go", 10);
	memcpy(bytes + FILES + 16, "/src/b.go", 10);
	/* The first file of the unit has number 1 in all units. */
	set(bytes, UNITS, UINT32_MAX, 4);
	set(bytes, UNITS + 4, FILES - base, 4);
	set(bytes, UNITS + 8, FILES + 16 - base, 4);
	set_values(bytes, VALUES + 0x10, frames);
	set_values(bytes, VALUES + 0x30, files);
	set_values(bytes, VALUES + 0x50, lines);
	set_values(bytes, VALUES + 0x70, inlined);
	for (int i = 0; i < 2; i++)
		set_record(bytes, format, i);
	set(bytes, (format->parts_at ? FUNCTIONS : 16) + 4 * format->entry_size,
	    (format->text_at ? 0 : TEXT) + 0x400, format->entry_size);
	if (!format->parts_at) {
		set(bytes, 16 + 5 * 8, UNITS, 4);
		return;
	}
	const uint64_t parts[] = {NAMES, UNITS, FILES, VALUES, FUNCTIONS};

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		set(bytes, format->parts_at + i * 8, parts[i], 8);
}

static struct go_table open_table(const unsigned char *bytes, const struct format *format)
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
	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		struct go_table table;
		struct go_function function;
		int32_t size;

		make(bytes, &formats[i]);
		table = open_table(bytes, &formats[i]);
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
	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		bool old = !formats[i].parts_at;
		struct go_table table;
		struct go_function function;

		make(bytes, &formats[i]);
		table = open_table(bytes, &formats[i]);
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
	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
		make(bytes, &formats[i]);
		for (size_t size = 0; size <= SIZE; size++)
			ask_all(bytes, size);
		for (int round = 0; round < 5000; round++) {
			make(bytes, &formats[i]);
			for (int64_t k = desk__random_below(&seed, 6); k >= 0; k--) {
				size_t at = (size_t)desk__random_below(&seed, SIZE - 8);
				uint64_t value = desk__random(&seed) >>
						 desk__random_below(&seed, 64);

				set(bytes, at, value, (size_t)desk__random_below(&seed, 9));
			}
			ask_all(bytes, SIZE);
		}
	}
	make(bytes, &formats[3]);
	bytes[0] = 0xf2; /* no format that is known */
	assert_false(go_table__open(&table, bytes, SIZE));
	bytes[0] = 0xf1;
	bytes[7] = 4; /* a machine of 32 bits */
	assert_false(go_table__open(&table, bytes, SIZE));
	bytes[7] = 8;
	set(bytes, 8, UINT64_MAX / 8 + 2, 8); /* functions */
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
