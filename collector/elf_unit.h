/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The functions of one compilation unit of DWARF and the calls that were inlined into them. */
#ifndef WALLFLAME_COLLECTOR_ELF_UNIT_H
#define WALLFLAME_COLLECTOR_ELF_UNIT_H

#include <elfutils/libdw.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_UNIT_DEEPEST 512 /* entries in each other: deeper ones are left out */
#define ELF_UNIT_NO_FILE UINT32_MAX

struct elf_unit;

/* A function, or a call that was inlined. */
struct elf_call {
	Dwarf_Off entry;
	int64_t caller; /* by its number, or -1: it is a function */
	uint32_t file; /* of the call, in the unit's table */
	uint32_t line; /* 0: not known */
};

struct elf_unit *elf_unit__new(Dwarf_Die *unit);
void elf_unit__free(struct elf_unit *unit); /* NULL is allowed */
size_t elf_unit__size(const struct elf_unit *unit); /* in bytes, about */
/* The number of the innermost call at an address of the DWARF, or -1. */
int64_t elf_unit__find(const struct elf_unit *unit, uint64_t address);
const struct elf_call *elf_unit__call(const struct elf_unit *unit, int64_t number);

#endif
