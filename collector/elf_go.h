/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a Go program tells of itself, by the table of functions in it. */
#ifndef WALLFLAME_COLLECTOR_ELF_GO_H
#define WALLFLAME_COLLECTOR_ELF_GO_H

#include "collector/elf_image.h"
#include "collector/unwind_rule.h"

struct elf_go;

struct elf_go_place {
	const char *name; /* as the Go linker has it; the image's, as `file` */
	uint64_t entry;
	const char *file; /* NULL: not known, or the place is of an inlined function */
	uint32_t line;
};

/* Whether Go's own linker made it. */
bool elf_go__made(const struct elf_image *image);

/* NULL when there is no table that can be read. The image must outlive it. */
struct elf_go *elf_go__new(const struct elf_image *image);
void elf_go__free(struct elf_go *go); /* NULL is allowed */
/* Of an address as libdwfl has it. False: it is no code of Go. */
bool elf_go__find(const struct elf_go *go, uint64_t address, struct elf_go_place *out);
/* The call frame row of an address. Returns 0; -ENOENT when it is Go's, but nothing tells its
 * caller; -ESRCH when it is no code of Go. */
int elf_go__rule(const struct elf_go *go, uint64_t address, struct unwind_rule *out);

#endif
