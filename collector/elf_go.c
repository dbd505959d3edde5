// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_go.h"

#include "collector/go_table.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

struct elf_go {
	struct go_table table;
	uint64_t bias;
};

/* src/cmd/link/internal/ld/elf.go; the second one is of position-independent programs, and other
 * linkers may put it into the third. */
static const char *const table_sections[] = {".gopclntab", ".data.rel.ro.gopclntab",
					     ".data.rel.ro"};

#define TABLE_ALIGNMENT 16 /* at least: src/cmd/link/internal/ld/symtab.go */

bool elf_go__made(const struct elf_image *image)
{
	static const char *const sections[] = {".go.buildinfo", ".note.go.buildid", ".gopclntab",
					       ".data.rel.ro.gopclntab"};

	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
		if (elf_image__has_section(image, sections[i]))
			return true;
	return false;
}

/* Cuts the piece down to the table in it. */
static bool find_table(struct elf_piece *piece, struct go_table *table)
{
	size_t at = 0;

	while (at < piece->size && !go_table__open(table, piece->bytes + at, piece->size - at))
		at += TABLE_ALIGNMENT;
	if (at >= piece->size)
		return false;
	*piece = (struct elf_piece){
		.bytes = piece->bytes + at,
		.size = piece->size - at,
		.address = piece->address + at,
	};
	return true;
}

/* An address in the program, as the loader leaves it there; 0 for none. */
static uint64_t address_at(const struct elf_image *image, const struct elf_piece *piece,
			   size_t offset)
{
	uint64_t address;

	if (offset > piece->size || piece->size - offset < sizeof(address))
		return 0;
	address = elf_image__relocated(image, piece->address + offset);
	if (!address)
		memcpy(&address, piece->bytes + offset, sizeof(address));
	return address;
}

/*
 * The address of runtime.text, or 0. Go 1.26 leaves it out of the table, but has it in a section of
 * its own: src/runtime/symtab.go, struct moduledata, whose 23rd word it is.
 */
static uint64_t find_text(const struct elf_image *image, const struct elf_piece *table,
			  size_t offset)
{
	uint64_t text = address_at(image, table, offset);
	struct elf_piece module;

	if (!text && elf_image__section(image, ".go.module", &module))
		text = address_at(image, &module, 22 * sizeof(text));
	return text;
}

struct elf_go *elf_go__new(const struct elf_image *image)
{
	struct elf_piece piece;
	struct go_table table;
	struct elf_go *go;
	size_t offset;
	bool found = false;

	if (!elf_image__is_x86_64(image) || !elf_go__made(image))
		return NULL;
	for (size_t i = 0; !found && i < G_N_ELEMENTS(table_sections); i++)
		found = elf_image__section(image, table_sections[i], &piece) &&
			find_table(&piece, &table);
	if (!found)
		return NULL;
	offset = go_table__text_offset(&table);
	if (offset) {
		table.text = find_text(image, &piece, offset);
		if (!table.text)
			return NULL;
	}
	go = g_new(struct elf_go, 1);
	*go = (struct elf_go){.table = table, .bias = elf_image__bias(image)};
	return go;
}

void elf_go__free(struct elf_go *go)
{
	g_free(go);
}

bool elf_go__find(const struct elf_go *go, uint64_t address, struct elf_go_place *out)
{
	uint64_t pc = address - go->bias;
	struct go_function function;

	if (!go_table__find(&go->table, pc, &function))
		return false;
	*out = (struct elf_go_place){
		.name = function.name,
		.entry = function.entry + go->bias,
	};
	if (!go_table__line(&go->table, &function, pc, &out->file, &out->line)) {
		out->file = NULL;
		out->line = 0;
	}
	return true;
}

/*
 * The return address is above the frame, and below it the caller's frame pointer, which every
 * function with a frame saves: Go source, src/cmd/compile/abi-internal.md, "Stack layout".
 */
static void set_rule(struct unwind_rule *rule, int32_t frame_size)
{
	memset(rule, 0, sizeof(*rule));
	rule->cfa = (struct unwind_place){
		.how = UNWIND_REGISTER,
		.reg = UNWIND_RSP,
		.offset = frame_size + 8,
	};
	/* The ABI keeps no register but the frame pointer. */
	for (int i = 0; i < UNWIND_REGISTERS; i++)
		rule->registers[i].how = UNWIND_UNDEFINED;
	rule->registers[UNWIND_RSP].how = UNWIND_IS_CFA;
	rule->registers[UNWIND_RIP] = (struct unwind_place){.how = UNWIND_AT_CFA, .offset = -8};
	rule->registers[UNWIND_RBP].how = UNWIND_SAME;
	if (frame_size >= 8)
		rule->registers[UNWIND_RBP] =
			(struct unwind_place){.how = UNWIND_AT_CFA, .offset = -16};
}

int elf_go__rule(const struct elf_go *go, uint64_t address, struct unwind_rule *out)
{
	uint64_t pc = address - go->bias;
	struct go_function function;
	int32_t frame_size;

	if (!go_table__find(&go->table, pc, &function))
		return -ESRCH;
	if (function.is_root) {
		set_rule(out, 0);
		out->registers[UNWIND_RIP].how = UNWIND_UNDEFINED;
		return 0;
	}
	if (function.switches_stack ||
	    !go_table__frame_size(&go->table, &function, pc, &frame_size) ||
	    frame_size > INT32_MAX - 8)
		return -ENOENT;
	set_rule(out, frame_size);
	return 0;
}
