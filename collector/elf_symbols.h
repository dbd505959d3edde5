/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The functions of an ELF file by file offset, from .symtab, .dynsym, mini debug info and separate
 * debug files (by build id or .gnu_debuglink), through elfutils.
 */
#ifndef WALLFLAME_COLLECTOR_ELF_SYMBOLS_H
#define WALLFLAME_COLLECTOR_ELF_SYMBOLS_H

#include <stdint.h>

struct elf_symbols;

/* The descriptor stays the caller's. NULL when there is none or it is no ELF file. */
struct elf_symbols *elf_symbols__open(const char *path, int fd);
/* The vDSO of this process: the kernel gives every 64-bit process the same one. */
struct elf_symbols *elf_symbols__open_vdso(void);
void elf_symbols__close(struct elf_symbols *symbols);
/* The function that holds the file offset, or NULL; *symbol_offset gets the distance from its
 * start. The name lives as long as `symbols`. */
const char *elf_symbols__find(struct elf_symbols *symbols, uint64_t offset,
			      uint64_t *symbol_offset);
/* In hexadecimal, malloc'ed for the caller; NULL when the file has none. */
char *elf_symbols__build_id(struct elf_symbols *symbols);

#endif
