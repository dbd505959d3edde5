/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* From a frame to its caller. */
#ifndef WALLFLAME_COLLECTOR_UNWIND_STEP_H
#define WALLFLAME_COLLECTOR_UNWIND_STEP_H

#include "collector/unwind_expression.h"

/*
 * Turns the registers of a frame into its caller's. Returns 1, 0 when there is no caller, -ENODATA
 * when memory is needed that was not copied, or -EINVAL when it leads nowhere.
 */
int unwind_step__by_rule(const struct unwind_rule *rule, const struct user_copy *copy,
			 struct unwind_registers *registers);
/* The same for code without a call frame table, as compilers at run time make it: along frame
 * pointers (System V ABI, AMD64 supplement, 3.2.2). */
int unwind_step__by_frame_pointer(const struct user_copy *copy, struct unwind_registers *registers);

#endif
