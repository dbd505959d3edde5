// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_inlines.h"

#include "collector/elf_unit.h"
#include "collector/intervals.h"

#include <dwarf.h>
#include <string.h>

#define MOST_UNITS (128U << 20) /* bytes of indexed units: then all of them are left */
#define LINE_BYTES 48 /* of a row in libdw's tables, about: libdw/libdwP.h, struct Dwarf_Line_s */

struct unit {
	Dwarf_Off entry;
	struct elf_unit *index; /* NULL: not wanted yet */
	bool has_lines; /* libdw has read them */
};

struct elf_inlines {
	Dwarf *dwarf;
	uint64_t bias;
	GArray *units; /* struct unit */
	struct intervals *ranges; /* `value` is the number of the unit */
	size_t indexed; /* bytes */
	size_t weight;
};

static void add_unit(struct elf_inlines *inlines, Dwarf_Die *entry)
{
	struct unit unit = {.entry = dwarf_dieoffset(entry)};
	struct interval interval = {.value = inlines->units->len};
	Dwarf_Addr base, low, high;
	ptrdiff_t at = 0;

	while ((at = dwarf_ranges(entry, at, &base, &low, &high)) > 0) {
		if (!low || low >= high)
			continue;
		interval.low = low;
		interval.high = high;
		intervals__add(inlines->ranges, &interval);
	}
	g_array_append_val(inlines->units, unit);
}

struct elf_inlines *elf_inlines__new(struct elf_image *image)
{
	struct elf_inlines *inlines;
	Dwarf_CU *unit = NULL;
	Dwarf_Die entry;
	uint64_t bias;
	uint8_t type;
	Dwarf *dwarf = elf_image__dwarf(image, &bias);

	if (!dwarf)
		return NULL;
	inlines = g_new(struct elf_inlines, 1);
	*inlines = (struct elf_inlines){
		.dwarf = dwarf,
		.bias = bias,
		.units = g_array_new(FALSE, FALSE, sizeof(struct unit)),
		.ranges = intervals__new(),
	};
	/* The other half of a split unit (.dwo) is not asked for: libdw opens what its name says,
	 * and that comes from the target. */
	while (!dwarf_get_units(dwarf, unit, &unit, NULL, &type, &entry, NULL))
		if (type == DW_UT_compile || type == DW_UT_skeleton)
			add_unit(inlines, &entry);
	intervals__sort(inlines->ranges);
	intervals__link(inlines->ranges);
	return inlines;
}

static void leave_units(struct elf_inlines *inlines)
{
	for (guint i = 0; i < inlines->units->len; i++) {
		struct unit *unit = &g_array_index(inlines->units, struct unit, i);

		elf_unit__free(unit->index);
		unit->index = NULL;
	}
	inlines->indexed = 0;
}

void elf_inlines__free(struct elf_inlines *inlines)
{
	if (!inlines)
		return;
	leave_units(inlines);
	g_array_free(inlines->units, TRUE);
	intervals__free(inlines->ranges);
	g_free(inlines);
}

size_t elf_inlines__weight(const struct elf_inlines *inlines)
{
	return inlines->weight;
}

static const char *name_of(Dwarf *dwarf, Dwarf_Off offset)
{
	static const unsigned int names[] = {DW_AT_linkage_name, DW_AT_MIPS_linkage_name,
					     DW_AT_name};
	Dwarf_Attribute attribute;
	Dwarf_Die entry;

	if (!dwarf_offdie(dwarf, offset, &entry))
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *name =
			dwarf_formstring(dwarf_attr_integrate(&entry, names[i], &attribute));

		if (name && *name)
			return name;
	}
	return NULL;
}

/* libdw has "???" for file 0 of tables that begin with 1. */
static void set_line(struct elf_inline *out, const char *file, uint32_t line)
{
	if (!file || !*file || !line || !strcmp(file, "???"))
		return;
	out->file = file;
	out->line = line;
}

static void add_place(Dwarf_Die *unit, uint64_t address, struct elf_inline *out)
{
	Dwarf_Line *line = dwarf_getsrc_die(unit, address);
	int number;

	if (line && !dwarf_lineno(line, &number) && number > 0)
		set_line(out, dwarf_linesrc(line, NULL, NULL), (uint32_t)number);
}

static uint64_t distance(Dwarf *dwarf, Dwarf_Off offset, uint64_t address)
{
	Dwarf_Die entry;
	Dwarf_Addr entry_pc;

	if (!dwarf_offdie(dwarf, offset, &entry) || dwarf_entrypc(&entry, &entry_pc) ||
	    entry_pc > address)
		return 0;
	return address - entry_pc;
}

/* From the innermost outwards, then the other way round. */
static void add_chain(const struct elf_inlines *inlines, const struct elf_unit *index,
		      Dwarf_Die *unit, uint64_t address, GArray *out)
{
	int64_t number = elf_unit__find(index, address);
	struct elf_inline own = {0};
	Dwarf_Files *files = NULL;
	guint first = out->len;

	add_place(unit, address, &own);
	if (number < 0 && own.file)
		g_array_append_val(out, own);
	while (number >= 0) {
		const struct elf_call *call = elf_unit__call(index, number);

		own.symbol = name_of(inlines->dwarf, call->entry);
		if (call->caller < 0)
			own.offset = distance(inlines->dwarf, call->entry, address);
		g_array_append_val(out, own);
		own = (struct elf_inline){0};
		if (call->file != ELF_UNIT_NO_FILE &&
		    (files || !dwarf_getsrcfiles(unit, &files, NULL)))
			set_line(&own, dwarf_filesrc(files, call->file, NULL, NULL), call->line);
		number = call->caller;
	}
	for (guint low = first, high = out->len; low + 1 < high; low++, high--) {
		struct elf_inline *a = &g_array_index(out, struct elf_inline, low);
		struct elf_inline *b = &g_array_index(out, struct elf_inline, high - 1);
		struct elf_inline kept = *a;

		*a = *b;
		*b = kept;
	}
}

static const struct elf_unit *index_of(struct elf_inlines *inlines, struct unit *unit,
				       Dwarf_Die *entry)
{
	if (unit->index)
		return unit->index;
	if (inlines->indexed > MOST_UNITS)
		leave_units(inlines);
	unit->index = elf_unit__new(entry);
	inlines->indexed += elf_unit__size(unit->index);
	return unit->index;
}

void elf_inlines__find(struct elf_inlines *inlines, uint64_t address, GArray *out)
{
	uint64_t own = address - inlines->bias;
	int64_t found = intervals__find(inlines->ranges, own);
	struct unit *unit;
	Dwarf_Die entry;

	if (found < 0)
		return;
	unit = &g_array_index(inlines->units, struct unit,
			      intervals__at(inlines->ranges, (size_t)found)->value);
	if (!dwarf_offdie(inlines->dwarf, unit->entry, &entry))
		return;
	add_chain(inlines, index_of(inlines, unit, &entry), &entry, own, out);
	if (!unit->has_lines) {
		Dwarf_Lines *lines;
		size_t count = 0;

		unit->has_lines = true;
		if (!dwarf_getsrclines(&entry, &lines, &count))
			inlines->weight += count * LINE_BYTES;
	}
}
