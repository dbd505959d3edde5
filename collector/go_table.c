// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/go_table.h"

#include <string.h>

#define POINTER 8
#define HEADER 8 /* magic, two zeros, size of an instruction, size of a pointer */
#define NO_FILE UINT32_MAX

/* src/internal/abi/symtab.go: PCDATA_InlTreeIndex since Go 1.14, FuncFlagTopFrame and
 * FuncFlagSPWrite. */
#define INLINE_TABLE 2U
#define FLAG_ROOT 1
#define FLAG_SWITCHES_STACK 2

/* Words of the header after the first HEADER bytes, as pcHeader of src/runtime/symtab.go has them.
 * That of Go 1.2 has the number of functions only: then all parts begin with the table. */
struct go_layout {
	uint32_t magic;
	uint8_t entry_size; /* of an address in the list of functions */
	uint8_t function_size; /* of struct _func, src/runtime/runtime2.go, without what follows */
	uint8_t text_word; /* 0: none */
	uint8_t first_word; /* of names, units, files, values, functions */
};

static const struct go_layout layouts[] = {
	{.magic = 0xfffffffb, .entry_size = 8, .function_size = 40},
	{.magic = 0xfffffffa, .entry_size = 8, .function_size = 44, .first_word = 2},
	{.magic = 0xfffffff0,
	 .entry_size = 4,
	 .function_size = 40,
	 .text_word = 2,
	 .first_word = 3},
	{.magic = 0xfffffff1,
	 .entry_size = 4,
	 .function_size = 44,
	 .text_word = 2,
	 .first_word = 3},
};

/* The fields of struct _func that follow the entry, 4 bytes each. */
enum field {
	FIELD_NAME = 0,
	FIELD_FRAME = 3,
	FIELD_FILE = 4,
	FIELD_LINE = 5,
	FIELD_TABLES = 6,
	FIELD_UNIT = 7,
};

/* In functions of old Go the flags are zero. */
static const struct {
	const char *name;
	bool is_root;
} special[] = {
	{"runtime.goexit", true},
	{"runtime.mstart", true},
	{"runtime.rt0_go", true},
	/* It runs the scheduler on the thread's own stack; who called it is parked. */
	{"runtime.mcall", true},
	{"runtime.systemstack", false},
	{"runtime.morestack", false},
	{"runtime.asmcgocall", false},
	{"runtime.gogo", false},
	{"runtime.cgocallback_gofunc", false},
};

static bool get(const struct go_table *table, uint64_t offset, unsigned int width, uint64_t *out)
{
	if (offset > table->size || table->size - offset < width)
		return false;
	*out = 0;
	memcpy(out, table->bytes + offset, width);
	return true;
}

static bool get_word(const struct go_table *table, unsigned int word, uint64_t *out)
{
	return get(table, HEADER + (uint64_t)word * POINTER, POINTER, out);
}

/* A part of the table, whose offset a word of the header has. */
static bool get_part(const struct go_table *table, unsigned int word, size_t *out)
{
	uint64_t offset;

	if (!get_word(table, word, &offset) || offset > table->size)
		return false;
	*out = offset;
	return true;
}

static const char *text_at(const struct go_table *table, uint64_t part, uint64_t offset)
{
	uint64_t at = part + offset;

	if (at >= table->size || !memchr(table->bytes + at, '\0', table->size - at))
		return NULL;
	return (const char *)table->bytes + at;
}

static bool read_parts(struct go_table *table)
{
	unsigned int word = table->layout->first_word;
	uint64_t end, file;

	if (word)
		return get_part(table, word, &table->names) &&
		       get_part(table, word + 1, &table->units) &&
		       get_part(table, word + 2, &table->files) &&
		       get_part(table, word + 3, &table->values) &&
		       get_part(table, word + 4, &table->functions);
	table->entries = HEADER + POINTER;
	end = table->entries + (2 * table->count + 1) * POINTER;
	if (!get(table, end, 4, &file) || file > table->size)
		return false;
	table->files = file;
	return true;
}

bool go_table__open(struct go_table *table, const unsigned char *bytes, size_t size)
{
	static const unsigned char rest[] = {0, 0, 1, POINTER};
	uint64_t magic;

	*table = (struct go_table){.bytes = bytes, .size = size};
	if (!get(table, 0, 4, &magic) || size < HEADER ||
	    memcmp(bytes + 4, rest, sizeof(rest)) != 0)
		return false;
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (layouts[i].magic == magic)
			table->layout = &layouts[i];
	/* No more of them than there are bytes: so that nothing below overflows. */
	if (!table->layout || !get_word(table, 0, &table->count) || table->count > size ||
	    !read_parts(table))
		return false;
	if (table->layout->first_word)
		table->entries = table->functions;
	return table->entries + (2 * table->count + 1) * table->layout->entry_size <= size;
}

size_t go_table__text_offset(const struct go_table *table)
{
	unsigned int word = table->layout->text_word;

	return word ? HEADER + word * POINTER : 0;
}

/* Of the function with that number; of the number after the last, its end. */
static uint64_t entry_of(const struct go_table *table, uint64_t number)
{
	uint64_t size = table->layout->entry_size, entry = 0;

	get(table, table->entries + 2 * number * size, (unsigned int)size, &entry);
	return entry;
}

static bool get_field(const struct go_table *table, const struct go_function *function,
		      enum field field, uint32_t *out)
{
	uint64_t value;

	if (!get(table, function->data + table->layout->entry_size + (uint64_t)field * 4, 4,
		 &value))
		return false;
	*out = (uint32_t)value;
	return true;
}

static void set_kind(const struct go_table *table, struct go_function *function)
{
	uint64_t flags = 0;

	/* After a byte for the kind of function; before Go 1.17 it is zero. */
	get(table, function->data + table->layout->function_size - 3, 1, &flags);
	function->is_root = flags & FLAG_ROOT;
	function->switches_stack = flags & FLAG_SWITCHES_STACK;
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
		if (strcmp(function->name, special[i].name) != 0)
			continue;
		function->is_root |= special[i].is_root;
		function->switches_stack |= !special[i].is_root;
	}
}

bool go_table__find(const struct go_table *table, uint64_t pc, struct go_function *out)
{
	uint64_t size = table->layout->entry_size, low = 0, high = table->count, data;
	uint64_t own = pc - table->text;
	uint32_t name;

	if (pc < table->text)
		return false;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (entry_of(table, middle) <= own)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || own >= entry_of(table, low) ||
	    !get(table, table->entries + (2 * low - 1) * size, (unsigned int)size, &data) ||
	    data > table->size)
		return false;
	*out = (struct go_function){
		.entry = entry_of(table, low - 1) + table->text,
		.end = entry_of(table, low) + table->text,
		.data = table->functions + data,
	};
	if (!get_field(table, out, FIELD_NAME, &name))
		return false;
	out->name = text_at(table, table->names, name);
	if (!out->name || !*out->name)
		return false;
	set_kind(table, out);
	return true;
}

static bool get_varint(const struct go_table *table, uint64_t *at, uint32_t *out)
{
	uint64_t byte;

	*out = 0;
	for (unsigned int shift = 0; shift < 35; shift += 7) {
		if (!get(table, (*at)++, 1, &byte))
			return false;
		*out |= (uint32_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

/* The value at a place: (*LineTable).pcvalue of src/debug/gosym/pclntab.go. */
static bool get_value(const struct go_table *table, const struct go_function *function,
		      uint32_t offset, uint64_t pc, int32_t *out)
{
	uint64_t at = table->values + offset, until = function->entry;
	uint32_t value = UINT32_MAX, step, length;
	bool first = true;

	/* Offset 0 stands for no table. */
	while (offset && get_varint(table, &at, &step)) {
		if (!step && !first)
			return false;
		first = false;
		value += step & 1 ? ~(step >> 1) : step >> 1;
		if (!get_varint(table, &at, &length))
			return false;
		until += length;
		if (pc < until) {
			*out = (int32_t)value;
			return true;
		}
	}
	return false;
}

static bool get_field_value(const struct go_table *table, const struct go_function *function,
			    enum field field, uint64_t pc, int32_t *out)
{
	uint32_t offset;

	return get_field(table, function, field, &offset) &&
	       get_value(table, function, offset, pc, out);
}

bool go_table__frame_size(const struct go_table *table, const struct go_function *function,
			  uint64_t pc, int32_t *size)
{
	return get_field_value(table, function, FIELD_FRAME, pc, size) && *size >= 0;
}

/* Whether the code there is of another function. In the format of Go 1.2 it depends on the release
 * which table tells that: one of the same file is not known there. */
static bool is_inlined(const struct go_table *table, const struct go_function *function,
		       uint64_t pc, int32_t file)
{
	uint32_t tables;
	uint64_t offset;
	int32_t value;

	if (!table->layout->first_word)
		return !get_field_value(table, function, FIELD_FILE, function->entry, &value) ||
		       value != file;
	return get_field(table, function, FIELD_TABLES, &tables) && tables > INLINE_TABLE &&
	       get(table, function->data + table->layout->function_size + INLINE_TABLE * 4UL, 4,
		   &offset) &&
	       get_value(table, function, (uint32_t)offset, pc, &value) && value >= 0;
}

static const char *file_name(const struct go_table *table, const struct go_function *function,
			     int32_t number)
{
	uint64_t offset;
	uint32_t unit;

	if (!table->layout->first_word)
		return number > 0 && get(table, table->files + (uint64_t)number * 4, 4, &offset)
			       ? text_at(table, 0, offset)
			       : NULL;
	if (number < 0 || !get_field(table, function, FIELD_UNIT, &unit) ||
	    !get(table, table->units + ((uint64_t)unit + (uint32_t)number) * 4, 4, &offset) ||
	    offset == NO_FILE)
		return NULL;
	return text_at(table, table->files, offset);
}

bool go_table__line(const struct go_table *table, const struct go_function *function, uint64_t pc,
		    const char **file, uint32_t *line)
{
	int32_t number, value;

	if (!get_field_value(table, function, FIELD_LINE, pc, &value) || value <= 0 ||
	    !get_field_value(table, function, FIELD_FILE, pc, &number) ||
	    is_inlined(table, function, pc, number))
		return false;
	*file = file_name(table, function, number);
	*line = (uint32_t)value;
	return *file && **file;
}
