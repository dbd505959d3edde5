/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* All that is known of the names at a place in an ELF file, put together. */
#ifndef WALLFLAME_COLLECTOR_ELF_NAMES_H
#define WALLFLAME_COLLECTOR_ELF_NAMES_H

#include "collector/elf_go.h"
#include "collector/elf_image.h"
#include "collector/elf_reader.h"

struct elf_names;

/* The image must outlive it, and so must `go`, which may be NULL. */
struct elf_names *elf_names__new(struct elf_image *image, const struct elf_go *go);
void elf_names__free(struct elf_names *names); /* NULL is allowed */
/* The names at an address as libdwfl has it, outermost first: *count of them, 0 when there are
 * none. They live until the next call. */
const struct elf_name *elf_names__find(struct elf_names *names, uint64_t address, size_t *count);
/* What has been read and is kept until the image is closed, in bytes, about. */
size_t elf_names__weight(const struct elf_names *names);

#endif
