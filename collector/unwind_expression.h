/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_UNWIND_EXPRESSION_H
#define WALLFLAME_COLLECTOR_UNWIND_EXPRESSION_H

#include "collector/user_copy.h"

/* A frame's registers, as far as they are known. */
struct unwind_registers {
	uint64_t value[UNWIND_REGISTERS];
	uint32_t known; /* a bit each */
};

/* Reads `size` bytes (1 to 8, little endian) of the stack that was copied. False: it is not there.
 */
bool user_copy__read(const struct user_copy *copy, uint64_t address, size_t size, uint64_t *out);

/*
 * The value of a rule's expression (DWARF 5, section 2.5; of call frame tables, 6.4.2). Returns 0,
 * -ENODATA when it reads memory that was not copied, or -EINVAL when it cannot be evaluated.
 */
int unwind_expression__value(const struct unwind_op *ops, size_t count,
			     const struct unwind_registers *registers, uint64_t cfa,
			     const struct user_copy *copy, uint64_t *out);

#endif
