/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Reads ELF files and their DWARF in a process of its own. They come from the target and are
 * hostile: one that crashes, stalls or fills the memory of its reader costs that file's names and
 * call frame tables, not the capture. The reader is then started again without it.
 */
#ifndef WALLFLAME_COLLECTOR_ELF_READER_H
#define WALLFLAME_COLLECTOR_ELF_READER_H

#include "collector/unwind_rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_reader;
struct elf_file;

struct elf_reader_options {
	/* That one file may take in all, waits for a CPU left out; 0: the default, 10 s. */
	int64_t time_limit_ns;
	bool debuginfod; /* ask the servers in DEBUGINFOD_URLS for debug files */
	const char *debug_dir; /* of the system's debug files; NULL: /usr/lib/debug */
};

/* One function at a place. A place has several where calls were inlined. */
struct elf_name {
	const char *symbol; /* demangled, without its version */
	uint64_t symbol_offset; /* of the place; 0 of inlined ones */
	const char *file; /* NULL: not known */
	uint32_t line; /* in `symbol`'s code: of the place, or of the call that was inlined; 0: not
			  known */
};

/* To be called before this process has threads. Returns 0 or a negative errno with *error
 * malloc'ed.
 */
int elf_reader__start(struct elf_reader **out, const struct elf_reader_options *options,
		      char **error);
void elf_reader__stop(struct elf_reader *reader); /* NULL is allowed */
/* CPU time that reading has taken so far, in the other processes. */
int64_t elf_reader__cpu_ns(const struct elf_reader *reader);

/*
 * The descriptor stays the caller's. NULL when it is no ELF file that can be read; one that its
 * reader did not survive is a file that is refused. `name` is where debug files are looked for by
 * .gnu_debuglink. Lives as long as the reader.
 */
struct elf_file *elf_reader__open(struct elf_reader *reader, const char *name, int fd);
/* The vDSO of this process: the kernel gives every 64-bit process the same one. */
struct elf_file *elf_reader__open_vdso(struct elf_reader *reader);

/* In hexadecimal, "" when it has none. */
const char *elf_file__build_id(const struct elf_file *file);
/* Its code keeps frame pointers: that of Go does. */
bool elf_file__has_frame_pointers(const struct elf_file *file);
/* It crashed or stalled its reader: everything that is asked about it fails from then on. */
bool elf_file__is_refused(const struct elf_file *file);

/* The call frame row of a file offset, its op_count checked. Returns 0, -ENOENT when there is none,
 * or another negative errno when the file is damaged or refused. */
int elf_file__rule(struct elf_file *file, uint64_t offset, struct unwind_rule *out);

/*
 * The names of file offsets, each `count` names long, outermost first; 0 names when there is none.
 * Visits each of them in order, stops with the first non-zero value that `visit` returns and
 * returns it; else 0, or a negative errno when the file is refused, after which the rest is not
 * visited.
 */
typedef int (*elf_names_fn)(void *ctx, size_t index, const struct elf_name *names, size_t count);
int elf_file__names(struct elf_file *file, const uint64_t *offsets, size_t offset_count,
		    elf_names_fn visit, void *ctx);

#endif
