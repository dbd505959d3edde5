/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Programs that a test makes, and what the reader says of them. */
#ifndef WALLFLAME_TESTS_COLLECTOR_ELF_DESK_H
#define WALLFLAME_TESTS_COLLECTOR_ELF_DESK_H

#include "collector/elf_reader.h"
#include "desk.h"

#include <sys/types.h>

/* A directory, removed with all that is in it. */
char *elf_desk__new(void);
void elf_desk__free(char *dir);

/* Writes dir/name. */
void elf_desk__write(const char *dir, const char *name, const char *text);
/* Runs a shell command, made like printf does, in the directory: it must succeed. */
void elf_desk__run(const char *dir, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The file offset of a symbol of .symtab: it must be there. */
uint64_t elf_desk__offset(const char *dir, const char *name, const char *symbol);

struct elf_reader *elf_desk__start(const struct elf_reader_options *options);
/* Of a file of the directory: NULL when the reader takes it for none. */
struct elf_file *elf_desk__open(struct elf_reader *reader, const char *dir, const char *name);

/*
 * The names at an offset, outermost first: "outer+4 a.c:12 > inner a.c:3", and "-" for none. Of
 * files the last part only. The caller frees it.
 */
char *elf_desk__names(struct elf_file *file, uint64_t offset);
void elf_desk__assert_names(struct elf_file *file, uint64_t offset, const char *expected);

/* The processes of a reader: its keeper and its worker, or 0. */
pid_t elf_desk__child_of(pid_t parent);

#endif
