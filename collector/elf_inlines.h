/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Inlined calls and lines, by the DWARF of an ELF file or of its debug file. */
#ifndef WALLFLAME_COLLECTOR_ELF_INLINES_H
#define WALLFLAME_COLLECTOR_ELF_INLINES_H

#include "collector/elf_image.h"

#include <glib.h>

struct elf_inlines;

/* One function at a place; strings are the image's, NULL where not known. */
struct elf_inline {
	const char *symbol; /* mangled, where the language has that */
	uint64_t offset; /* from the function's start; of the outermost only */
	const char *file;
	uint32_t line; /* of the place, or of the call of the next one */
};

/* NULL when there is no DWARF. The image must outlive it. */
struct elf_inlines *elf_inlines__new(struct elf_image *image);
void elf_inlines__free(struct elf_inlines *inlines); /* NULL is allowed */
/* Appends the functions at an address as libdwfl has it, outermost first; none where no unit has
 * it. Of code outside of all functions there is one with the line only. */
void elf_inlines__find(struct elf_inlines *inlines, uint64_t address, GArray *out);
/* What libdw has read and keeps until the image is closed, in bytes, about. */
size_t elf_inlines__weight(const struct elf_inlines *inlines);

#endif
