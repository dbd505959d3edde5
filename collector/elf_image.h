/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* An ELF file that is open for reading, with its debug file: in the process for hostile ones. */
#ifndef WALLFLAME_COLLECTOR_ELF_IMAGE_H
#define WALLFLAME_COLLECTOR_ELF_IMAGE_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_image;

/* A piece of the file as it is mapped. */
struct elf_piece {
	const unsigned char *bytes;
	size_t size;
	uint64_t address; /* of the file itself, without the module's bias */
};

/*
 * The descriptor stays the caller's. `debug_dir` is where the system has debug files by build id,
 * and must outlive the image. NULL when it is no program or shared library in ELF.
 */
struct elf_image *elf_image__open(const char *name, int fd, const char *debug_dir);
void elf_image__close(struct elf_image *image); /* NULL is allowed */

Dwfl_Module *elf_image__module(const struct elf_image *image);
bool elf_image__is_x86_64(const struct elf_image *image);
/* What is added to addresses of the file to make libdwfl's. */
uint64_t elf_image__bias(const struct elf_image *image);
/* Where the loader puts a file offset, by libdwfl's address. False: nowhere. */
bool elf_image__address(const struct elf_image *image, uint64_t offset, uint64_t *address);

/* Where debug information was found; *bias is what libdwfl adds to its addresses. NULL: nowhere. */
Dwarf *elf_image__dwarf(struct elf_image *image, uint64_t *bias);

bool elf_image__has_section(const struct elf_image *image, const char *name);
/* A section's bytes; they live as long as the image. False: it is not there, or has none. */
bool elf_image__section(const struct elf_image *image, const char *name, struct elf_piece *out);
/* The value that a relative relocation puts at an address of the file (System V ABI, AMD64
 * supplement, R_X86_64_RELATIVE), or 0. */
uint64_t elf_image__relocated(const struct elf_image *image, uint64_t address);

#endif
