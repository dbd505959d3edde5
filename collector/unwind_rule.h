/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * How to get from a frame to its caller at one place in the code: a row of the call frame table
 * (DWARF 5, section 6.4), by value, so that it can be kept and sent between processes.
 */
#ifndef WALLFLAME_COLLECTOR_UNWIND_RULE_H
#define WALLFLAME_COLLECTOR_UNWIND_RULE_H

#include <stdbool.h>
#include <stdint.h>

/* By DWARF number: System V ABI, AMD64 Architecture Processor Supplement, figure 3.36. */
enum unwind_register {
	UNWIND_RBX = 3,
	UNWIND_RBP = 6,
	UNWIND_RSP = 7,
	UNWIND_RIP = 16,
	UNWIND_REGISTERS = 17,
};

/* Where the caller's value of a register is. */
enum unwind_how {
	UNWIND_SAME = 0, /* not changed */
	UNWIND_UNDEFINED, /* lost; of rip: there is no caller */
	UNWIND_AT_CFA, /* in memory at CFA + offset */
	UNWIND_IS_CFA, /* it is CFA + offset */
	UNWIND_REGISTER, /* it is another register + offset */
	UNWIND_AT_REGISTER, /* in memory at another register + offset */
	UNWIND_AT_EXPRESSION, /* in memory at the value of ops[first .. first + count - 1] */
	UNWIND_IS_EXPRESSION, /* it is that value */
};

struct unwind_place {
	uint8_t how; /* enum unwind_how */
	uint8_t reg; /* of UNWIND_REGISTER and UNWIND_AT_REGISTER */
	uint8_t first;
	uint8_t count;
	int32_t offset;
};

/* One operation of a DWARF expression: DWARF 5, section 2.5. */
struct unwind_op {
	uint64_t number;
	uint64_t number2;
	uint32_t offset; /* in the expression, that branches go to */
	uint8_t atom; /* DW_OP_* */
	uint8_t reserved[3];
};

#define UNWIND_OPS 32

struct unwind_rule {
	bool signal_frame; /* the caller was interrupted, it has not called */
	uint8_t op_count;
	uint8_t reserved[6];
	struct unwind_place cfa; /* UNWIND_REGISTER or UNWIND_IS_EXPRESSION */
	struct unwind_place registers[UNWIND_REGISTERS];
	struct unwind_op ops[UNWIND_OPS]; /* the first op_count are there */
};

/* Nothing called the function. */
static inline bool unwind_rule__is_root(const struct unwind_rule *rule)
{
	return rule->registers[UNWIND_RIP].how == UNWIND_UNDEFINED;
}

#endif
