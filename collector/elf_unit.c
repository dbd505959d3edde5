// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_unit.h"

#include "collector/intervals.h"

#include <dwarf.h>
#include <glib.h>

struct elf_unit {
	GArray *calls; /* struct elf_call */
	struct intervals *ranges; /* `value` is the number of the call */
};

/* What may hold functions or inlined calls. Rust and C++ put functions into types. */
static bool may_hold(int tag)
{
	static const int holders[] = {
		DW_TAG_subprogram,     DW_TAG_inlined_subroutine, DW_TAG_lexical_block,
		DW_TAG_try_block,      DW_TAG_catch_block,	  DW_TAG_namespace,
		DW_TAG_structure_type, DW_TAG_class_type,	  DW_TAG_union_type,
		DW_TAG_module,	       DW_TAG_with_stmt,	  DW_TAG_common_block,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(holders); i++)
		if (holders[i] == tag)
			return true;
	return false;
}

static uint32_t number_of(Dwarf_Die *entry, unsigned int name, uint32_t otherwise)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	if (dwarf_formudata(dwarf_attr(entry, name, &attribute), &value) || value > UINT32_MAX)
		return otherwise;
	return (uint32_t)value;
}

/* Returns its number, or -1 when it has no code. */
static int64_t add_call(struct elf_unit *unit, Dwarf_Die *entry, int64_t caller, uint32_t depth)
{
	struct elf_call call = {.entry = dwarf_dieoffset(entry), .caller = caller};
	struct interval interval = {.rank = depth, .value = unit->calls->len};
	Dwarf_Addr base, low, high;
	ptrdiff_t at = 0;
	bool has_code = false;

	while ((at = dwarf_ranges(entry, at, &base, &low, &high)) > 0) {
		/* Linkers put what they have left out at 0. */
		if (!low || low >= high)
			continue;
		interval.low = low;
		interval.high = high;
		intervals__add(unit->ranges, &interval);
		has_code = true;
	}
	if (!has_code)
		return -1;
	if (caller >= 0) {
		call.file = number_of(entry, DW_AT_call_file, ELF_UNIT_NO_FILE);
		call.line = number_of(entry, DW_AT_call_line, 0);
	}
	g_array_append_val(unit->calls, call);
	return (int64_t)interval.value;
}

static void add_children(struct elf_unit *unit, Dwarf_Die *parent, int64_t caller, uint32_t depth)
{
	Dwarf_Die entry;

	if (depth == ELF_UNIT_DEEPEST || dwarf_child(parent, &entry))
		return;
	do {
		int tag = dwarf_tag(&entry);
		int64_t inner = caller;

		if (!may_hold(tag))
			continue;
		if (tag == DW_TAG_subprogram)
			inner = add_call(unit, &entry, -1, depth);
		else if (tag == DW_TAG_inlined_subroutine && caller >= 0)
			inner = add_call(unit, &entry, caller, depth);
		/* The body of a function that is only described has no addresses. */
		if (inner >= 0 || (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine))
			add_children(unit, &entry, inner, depth + 1);
	} while (!dwarf_siblingof(&entry, &entry));
}

struct elf_unit *elf_unit__new(Dwarf_Die *unit)
{
	struct elf_unit *out = g_new(struct elf_unit, 1);

	out->calls = g_array_new(FALSE, FALSE, sizeof(struct elf_call));
	out->ranges = intervals__new();
	add_children(out, unit, -1, 0);
	intervals__sort(out->ranges);
	intervals__link(out->ranges);
	return out;
}

void elf_unit__free(struct elf_unit *unit)
{
	if (!unit)
		return;
	g_array_free(unit->calls, TRUE);
	intervals__free(unit->ranges);
	g_free(unit);
}

size_t elf_unit__size(const struct elf_unit *unit)
{
	return unit->calls->len * sizeof(struct elf_call) +
	       intervals__count(unit->ranges) * sizeof(struct interval);
}

int64_t elf_unit__find(const struct elf_unit *unit, uint64_t address)
{
	int64_t found = intervals__find(unit->ranges, address);

	return found < 0 ? -1 : (int64_t)intervals__at(unit->ranges, (size_t)found)->value;
}

const struct elf_call *elf_unit__call(const struct elf_unit *unit, int64_t number)
{
	return &g_array_index(unit->calls, struct elf_call, (guint)number);
}
