/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The call frame table of an ELF file (.eh_frame, else .debug_frame), through libdw. */
#ifndef WALLFLAME_COLLECTOR_ELF_CFI_H
#define WALLFLAME_COLLECTOR_ELF_CFI_H

#include "collector/unwind_rule.h"

#include <elfutils/libdwfl.h>

struct elf_cfi;

/* The module must outlive it. */
struct elf_cfi *elf_cfi__new(Dwfl_Module *module);
void elf_cfi__free(struct elf_cfi *cfi); /* NULL is allowed */
/*
 * The row of an address as libdwfl has it (with the module's bias). Returns 0, -ENOENT when there
 * is none, or -EINVAL when it is damaged or is of a form that unwind_rule has no room for.
 */
int elf_cfi__rule(struct elf_cfi *cfi, uint64_t address, struct unwind_rule *out);

#endif
