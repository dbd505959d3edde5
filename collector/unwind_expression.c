// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/unwind_expression.h"

#include <dwarf.h>
#include <errno.h>
#include <string.h>

#define STACK_DEPTH 16

struct machine {
	const struct unwind_registers *registers;
	const struct user_copy *copy;
	uint64_t cfa;
	uint64_t stack[STACK_DEPTH];
	size_t depth;
	int status;
};

bool user_copy__read(const struct user_copy *copy, uint64_t address, size_t size, uint64_t *out)
{
	uint64_t offset = address - copy->registers[UNWIND_RSP];

	if (address < copy->registers[UNWIND_RSP] || offset > copy->size ||
	    copy->size - offset < size)
		return false;
	*out = 0;
	memcpy(out, copy->bytes + offset, size);
	return true;
}

static void push(struct machine *machine, uint64_t value)
{
	if (machine->depth == STACK_DEPTH) {
		machine->status = -EINVAL;
		return;
	}
	machine->stack[machine->depth++] = value;
}

static uint64_t pop(struct machine *machine)
{
	if (!machine->depth) {
		machine->status = -EINVAL;
		return 0;
	}
	return machine->stack[--machine->depth];
}

static void pick(struct machine *machine, uint64_t from_top)
{
	if (from_top >= machine->depth)
		machine->status = -EINVAL;
	else
		push(machine, machine->stack[machine->depth - 1 - from_top]);
}

static void push_register(struct machine *machine, uint64_t number, uint64_t offset)
{
	if (number >= UNWIND_REGISTERS || !(machine->registers->known >> number & 1))
		machine->status = -EINVAL;
	else
		push(machine, machine->registers->value[number] + offset);
}

static void dereference(struct machine *machine, uint64_t size)
{
	uint64_t value, address = pop(machine);

	if (size < 1 || size > sizeof(value))
		machine->status = -EINVAL;
	else if (machine->status)
		return;
	else if (!user_copy__read(machine->copy, address, size, &value))
		machine->status = -ENODATA;
	else
		push(machine, value);
}

/* Turns the top one, two or three around: the new order from the top, as distances. */
static void turn(struct machine *machine, size_t count, const uint8_t *order)
{
	uint64_t old[3] = {0};

	for (size_t i = 0; i < count; i++)
		old[i] = pop(machine);
	for (size_t i = count; i-- > 0;)
		push(machine, old[order[i]]);
}

static void binary(struct machine *machine, uint8_t atom)
{
	uint64_t b = pop(machine), a = pop(machine), value = 0;
	int64_t sa = (int64_t)a, sb = (int64_t)b;

	switch (atom) {
	case DW_OP_and:
		value = a & b;
		break;
	case DW_OP_or:
		value = a | b;
		break;
	case DW_OP_xor:
		value = a ^ b;
		break;
	case DW_OP_plus:
		value = a + b;
		break;
	case DW_OP_minus:
		value = a - b;
		break;
	case DW_OP_mul:
		value = a * b;
		break;
	case DW_OP_shl:
		value = b < 64 ? a << b : 0;
		break;
	case DW_OP_shr:
		value = b < 64 ? a >> b : 0;
		break;
	case DW_OP_shra:
		value = (uint64_t)(sa >> (b < 63 ? b : 63));
		break;
	case DW_OP_eq:
		value = a == b;
		break;
	case DW_OP_ne:
		value = a != b;
		break;
	case DW_OP_ge:
		value = sa >= sb;
		break;
	case DW_OP_gt:
		value = sa > sb;
		break;
	case DW_OP_le:
		value = sa <= sb;
		break;
	case DW_OP_lt:
		value = sa < sb;
		break;
	default:
		machine->status = -EINVAL;
		return;
	}
	push(machine, value);
}

/* What the operation pushes is in it: constants and registers. */
static bool step_push(struct machine *machine, const struct unwind_op *op)
{
	if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31) {
		push(machine, op->atom - DW_OP_lit0);
		return true;
	}
	if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31) {
		push_register(machine, op->atom - DW_OP_breg0, op->number);
		return true;
	}
	switch (op->atom) {
	case DW_OP_bregx:
		push_register(machine, op->number, op->number2);
		return true;
	case DW_OP_call_frame_cfa:
		push(machine, machine->cfa);
		return true;
	case DW_OP_const1u:
	case DW_OP_const1s:
	case DW_OP_const2u:
	case DW_OP_const2s:
	case DW_OP_const4u:
	case DW_OP_const4s:
	case DW_OP_const8u:
	case DW_OP_const8s:
	case DW_OP_constu:
	case DW_OP_consts:
		push(machine, op->number); /* libdw has extended the sign */
		return true;
	default:
		return false;
	}
}

static void step(struct machine *machine, const struct unwind_op *op)
{
	static const uint8_t swapped[] = {1, 0}, rotated[] = {1, 2, 0};

	if (step_push(machine, op))
		return;
	switch (op->atom) {
	case DW_OP_nop:
		break;
	case DW_OP_deref:
		dereference(machine, sizeof(uint64_t));
		break;
	case DW_OP_deref_size:
		dereference(machine, op->number);
		break;
	case DW_OP_plus_uconst:
		push(machine, pop(machine) + op->number);
		break;
	case DW_OP_neg:
		push(machine, -pop(machine));
		break;
	case DW_OP_not:
		push(machine, ~pop(machine));
		break;
	case DW_OP_dup:
		pick(machine, 0);
		break;
	case DW_OP_over:
		pick(machine, 1);
		break;
	case DW_OP_pick:
		pick(machine, op->number);
		break;
	case DW_OP_drop:
		pop(machine);
		break;
	case DW_OP_swap:
		turn(machine, 2, swapped);
		break;
	case DW_OP_rot:
		turn(machine, 3, rotated);
		break;
	default:
		binary(machine, op->atom);
	}
}

int unwind_expression__value(const struct unwind_op *ops, size_t count,
			     const struct unwind_registers *registers, uint64_t cfa,
			     const struct user_copy *copy, uint64_t *out)
{
	struct machine machine = {.registers = registers, .copy = copy, .cfa = cfa};

	for (size_t i = 0; !machine.status && i < count; i++)
		step(&machine, &ops[i]);
	if (!machine.status)
		*out = pop(&machine);
	return machine.status;
}
