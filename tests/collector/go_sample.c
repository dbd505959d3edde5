// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "go_sample.h"

#include <string.h>

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

const struct go_sample_format go_sample__formats[] = {
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

static void set_record(unsigned char *bytes, const struct go_sample_format *format, int number)
{
	const size_t base = format->parts_at ? VALUES : 0, names = format->parts_at ? NAMES : 0;
	const size_t functions = format->parts_at ? FUNCTIONS : 0, size = format->entry_size;
	const size_t entries = format->parts_at ? FUNCTIONS : 16;
	size_t record = RECORDS + (size_t)number * RECORD;
	uint64_t entry = (format->text_at ? 0 : GO_SAMPLE_TEXT) + (uint64_t)number * 0x200;
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

void go_sample__make(unsigned char *bytes, const struct go_sample_format *format)
{
	static const int32_t frames[][2] = {{0, 4}, {8, 0xfc}, {0x300, 0x100}, {0, 0}};
	static const int32_t lines[][2] = {{10, 0x80}, {700, 0x80}, {12, 0x100}, {0, 0}};
	static const int32_t inlined[][2] = {{-1, 0x40}, {0, 0x40}, {-1, 0x180}, {0, 0}};
	const int32_t file = format->parts_at ? 0 : 1;
	const int32_t files[][2] = {{file, 0x100}, {file + 1, 0x100}, {0, 0}};
	const size_t base = format->parts_at ? FILES : 0;

	memset(bytes, 0, GO_SAMPLE_SIZE);
	set(bytes, 0, format->magic, 4);
	set(bytes, 4, 0x08010000, 4); /* two zeros, size of an instruction, size of a pointer */
	set(bytes, 8, 2, 8);
	if (format->text_at)
		set(bytes, format->text_at, GO_SAMPLE_TEXT, 8);
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
	    (format->text_at ? 0 : GO_SAMPLE_TEXT) + 0x400, format->entry_size);
	if (!format->parts_at) {
		set(bytes, 16 + 5 * 8, UNITS, 4);
		return;
	}
	const uint64_t parts[] = {NAMES, UNITS, FILES, VALUES, FUNCTIONS};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		set(bytes, format->parts_at + i * 8, parts[i], 8);
}
