/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The user half of a sample of a perf event: the registers and a copy of the stack. */
#ifndef WALLFLAME_COLLECTOR_PERF_USER_H
#define WALLFLAME_COLLECTOR_PERF_USER_H

#include "collector/user_copy.h"

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>

#define PERF_SAMPLE_USER ((uint64_t)PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER)

/* What a sample needs beside the bytes of the stack and the call chain, at most. */
#define PERF_USER_FIXED_BYTES 256

/* Asks for both, and for so many bytes of the stack: a multiple of 8, below 65,528. */
void perf_user__ask(struct perf_event_attr *attr, uint32_t stack_bytes);

/*
 * Takes apart what begins at `at`, of a record that goes to `end`. Returns where it ends, or NULL
 * for a record that is shorter than it says. *copied: there is a copy, in *out, with bytes that are
 * the record's; kernel threads have none, and 32-bit code is not unwound.
 *
 * Of a sample in the kernel only rip, rsp, rbp and what system calls may change are told: the
 * others are -1 (arch/x86/kernel/perf_regs.c, perf_get_regs_user()), and told as unknown.
 */
const char *perf_user__parse(const char *at, const char *end, bool *copied, struct user_copy *out);

#endif
