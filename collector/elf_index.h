/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The functions in the symbol tables of an ELF file, its debug file and its mini debug information
 * (.gnu_debugdata), sorted once: libdwfl itself goes through all of them at every question.
 */
#ifndef WALLFLAME_COLLECTOR_ELF_INDEX_H
#define WALLFLAME_COLLECTOR_ELF_INDEX_H

#include "collector/elf_image.h"

struct elf_index;

/* The image must outlive it. */
struct elf_index *elf_index__new(struct elf_image *image);
void elf_index__free(struct elf_index *index); /* NULL is allowed */
/*
 * The function at an address as libdwfl has it, or NULL: as the symbol table has it, mangled and
 * with its version. Of several names a global one goes before a weak one, a weak one before a local
 * one, then the shorter one. *start gets its address. Lives as long as the image.
 */
const char *elf_index__find(const struct elf_index *index, uint64_t address, uint64_t *start);

#endif
