/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_USER_COPY_H
#define WALLFLAME_COLLECTOR_USER_COPY_H

#include "collector/unwind_rule.h"

#include <stddef.h>

/* What was copied of a thread in user space at one moment. The bytes belong to who made it. */
struct user_copy {
	uint64_t registers[UNWIND_REGISTERS]; /* rip is the place itself, not a return address */
	uint32_t unknown; /* of the registers: a bit each */
	const unsigned char *bytes; /* of the stack, from rsp upwards */
	size_t size;
	bool cut; /* there may be more of the stack than was asked for */
};

#endif
