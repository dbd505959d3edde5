// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_user.h"

#include <asm/perf_regs.h>
#include <stddef.h>
#include <string.h>

/* In the order in which the kernel writes them, which is that of its numbers; by DWARF number. */
static const struct {
	uint8_t perf;
	uint8_t dwarf;
} registers[] = {
	{PERF_REG_X86_AX, 0},	       {PERF_REG_X86_BX, UNWIND_RBX}, {PERF_REG_X86_CX, 2},
	{PERF_REG_X86_DX, 1},	       {PERF_REG_X86_SI, 4},	      {PERF_REG_X86_DI, 5},
	{PERF_REG_X86_BP, UNWIND_RBP}, {PERF_REG_X86_SP, UNWIND_RSP}, {PERF_REG_X86_IP, UNWIND_RIP},
	{PERF_REG_X86_R8, 8},	       {PERF_REG_X86_R9, 9},	      {PERF_REG_X86_R10, 10},
	{PERF_REG_X86_R11, 11},	       {PERF_REG_X86_R12, 12},	      {PERF_REG_X86_R13, 13},
	{PERF_REG_X86_R14, 14},	       {PERF_REG_X86_R15, 15},
};
#define REGISTERS (sizeof(registers) / sizeof(registers[0]))

_Static_assert(REGISTERS == UNWIND_REGISTERS, "each of them once");

void perf_user__ask(struct perf_event_attr *attr, uint32_t stack_bytes)
{
	attr->sample_type |= PERF_SAMPLE_USER;
	attr->sample_stack_user = stack_bytes;
	for (size_t i = 0; i < REGISTERS; i++)
		attr->sample_regs_user |= 1ULL << registers[i].perf;
}

/* Which system calls keep, and the kernel does not tell of a sample that hit it: they are -1. */
static uint32_t untold(const struct user_copy *copy)
{
	static const uint8_t kept[] = {UNWIND_RBX, 12, 13, 14, 15};
	uint32_t bits = 0;

	for (size_t i = 0; i < sizeof(kept); i++) {
		if (copy->registers[kept[i]] != UINT64_MAX)
			return 0;
		bits |= 1U << kept[i];
	}
	return bits;
}

static const char *take(const char *at, const char *end, void *out, size_t size)
{
	if (!at || (size_t)(end - at) < size)
		return NULL;
	memcpy(out, at, size);
	return at + size;
}

/* perf_event_open(2): { u64 abi; u64 regs[]; } and { u64 size; char data[size]; u64 dyn_size; },
 * each cut off behind a first word of 0. */
const char *perf_user__parse(const char *at, const char *end, bool *copied, struct user_copy *out)
{
	uint64_t abi = 0, values[REGISTERS] = {0}, size = 0, used = 0;

	at = take(at, end, &abi, sizeof(abi));
	if (abi != PERF_SAMPLE_REGS_ABI_NONE)
		at = take(at, end, values, sizeof(values));
	at = take(at, end, &size, sizeof(size));
	if (!at || size > (uint64_t)(end - at))
		return NULL;
	*out = (struct user_copy){.bytes = (const unsigned char *)at};
	if (size)
		at = take(at + size, end, &used, sizeof(used));
	if (!at || used > size)
		return NULL;
	for (size_t i = 0; i < REGISTERS; i++)
		out->registers[registers[i].dwarf] = values[i];
	out->unknown = untold(out);
	out->size = used;
	out->cut = size && used == size;
	*copied = abi == PERF_SAMPLE_REGS_ABI_64;
	return at;
}
