// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_cfi.h"

#include <dwarf.h>
#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* A table, and what is added to its addresses to make the module's. */
struct table {
	bool looked_for;
	Dwarf_CFI *cfi; /* NULL: the file has none */
	Dwarf_Addr bias;
};

typedef Dwarf_CFI *(*find_fn)(Dwfl_Module *module, Dwarf_Addr *bias);

/* The second one is asked for only where the first has no row: to look for it all that is
 * compressed in the debug file is expanded. */
static const find_fn finders[] = {dwfl_module_eh_cfi, dwfl_module_dwarf_cfi};

struct elf_cfi {
	Dwfl_Module *module;
	struct table tables[G_N_ELEMENTS(finders)];
};

struct elf_cfi *elf_cfi__new(Dwfl_Module *module)
{
	struct elf_cfi *cfi = g_new0(struct elf_cfi, 1);

	cfi->module = module;
	return cfi;
}

static const struct table *table_of(struct elf_cfi *cfi, size_t i)
{
	struct table *table = &cfi->tables[i];

	if (!table->looked_for)
		table->cfi = finders[i](cfi->module, &table->bias);
	table->looked_for = true;
	return table;
}

void elf_cfi__free(struct elf_cfi *cfi)
{
	g_free(cfi); /* the tables are the module's */
}

static bool fits(uint64_t number)
{
	return (int64_t)number >= INT32_MIN && (int64_t)number <= INT32_MAX;
}

/* Keeps the operations of an expression. False: there is no room. */
static bool keep_expression(struct unwind_rule *rule, const Dwarf_Op *ops, size_t count,
			    struct unwind_place *place)
{
	if (count > UNWIND_OPS - (size_t)rule->op_count)
		return false;
	place->first = rule->op_count;
	place->count = (uint8_t)count;
	for (size_t i = 0; i < count; i++)
		rule->ops[rule->op_count++] = (struct unwind_op){
			.number = ops[i].number,
			.number2 = ops[i].number2,
			.offset = (uint32_t)ops[i].offset,
			.atom = ops[i].atom,
		};
	return true;
}

/* "CFA, plus an offset", as libdw writes the plain rules (dwarf_frame_register in libdw.h). */
static bool is_cfa_offset(const Dwarf_Op *ops, size_t count, int32_t *offset)
{
	bool has_offset = count == 2 && ops[1].atom == DW_OP_plus_uconst && fits(ops[1].number);

	if (!count || count > 2 || ops[0].atom != DW_OP_call_frame_cfa ||
	    (count == 2 && !has_offset))
		return false;
	*offset = has_offset ? (int32_t)ops[1].number : 0;
	return true;
}

static bool is_register(const Dwarf_Op *op, uint8_t *reg)
{
	uint64_t number = op->number;

	if (op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg31)
		number = op->atom - DW_OP_reg0;
	else if (op->atom != DW_OP_regx)
		return false;
	*reg = (uint8_t)number;
	return number < UNWIND_REGISTERS;
}

static bool is_base_register(const Dwarf_Op *op, struct unwind_place *place)
{
	uint64_t number = op->number, offset = op->number2;

	if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31) {
		number = op->atom - DW_OP_breg0;
		offset = op->number;
	} else if (op->atom != DW_OP_bregx) {
		return false;
	}
	place->reg = (uint8_t)number;
	place->offset = (int32_t)offset;
	return number < UNWIND_REGISTERS && fits(offset);
}

static int read_cfa(Dwarf_Frame *frame, struct unwind_rule *rule)
{
	Dwarf_Op *ops;
	size_t count;

	if (dwarf_frame_cfa(frame, &ops, &count) || !count)
		return -EINVAL;
	if (count == 1 && is_base_register(&ops[0], &rule->cfa)) {
		rule->cfa.how = UNWIND_REGISTER;
		return 0;
	}
	rule->cfa.how = UNWIND_IS_EXPRESSION;
	return keep_expression(rule, ops, count, &rule->cfa) ? 0 : -EINVAL;
}

static int read_register(Dwarf_Frame *frame, int number, struct unwind_rule *rule)
{
	struct unwind_place *place = &rule->registers[number];
	Dwarf_Op room[3], *ops;
	size_t count;
	bool is_value;

	if (dwarf_frame_register(frame, number, room, &ops, &count))
		return -EINVAL;
	if (!count) {
		place->how = ops ? UNWIND_UNDEFINED : UNWIND_SAME;
		return 0;
	}
	if (count == 1 && is_register(&ops[0], &place->reg)) {
		place->how = UNWIND_REGISTER;
		return 0;
	}
	is_value = ops[count - 1].atom == DW_OP_stack_value;
	count -= is_value ? 1 : 0;
	if (is_cfa_offset(ops, count, &place->offset)) {
		place->how = is_value ? UNWIND_IS_CFA : UNWIND_AT_CFA;
		return 0;
	}
	/* Expressions begin with the CFA on their stack, which most do not look at. */
	if (count == 2 && ops[0].atom == DW_OP_call_frame_cfa && is_base_register(&ops[1], place)) {
		place->how = is_value ? UNWIND_REGISTER : UNWIND_AT_REGISTER;
		return 0;
	}
	place->how = is_value ? UNWIND_IS_EXPRESSION : UNWIND_AT_EXPRESSION;
	return keep_expression(rule, ops, count, place) ? 0 : -EINVAL;
}

static int read_frame(Dwarf_Frame *frame, struct unwind_rule *rule)
{
	Dwarf_Addr start, end;
	int return_register, status;

	memset(rule, 0, sizeof(*rule));
	return_register = dwarf_frame_info(frame, &start, &end, &rule->signal_frame);
	if (return_register != UNWIND_RIP)
		return -EINVAL;
	status = read_cfa(frame, rule);
	for (int number = 0; !status && number < UNWIND_REGISTERS; number++)
		status = read_register(frame, number, rule);
	return status;
}

int elf_cfi__rule(struct elf_cfi *cfi, uint64_t address, struct unwind_rule *out)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cfi->tables); i++) {
		const struct table *table = table_of(cfi, i);
		Dwarf_Frame *frame = NULL;
		int status;

		if (!table->cfi || dwarf_cfi_addrframe(table->cfi, address - table->bias, &frame) ||
		    !frame)
			continue;
		status = read_frame(frame, out);
		free(frame);
		return status;
	}
	return -ENOENT;
}
