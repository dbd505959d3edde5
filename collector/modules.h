/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What code comes from: files, the vDSO, the kernel and its modules, JIT and anonymous memory. A
 * file is opened as soon as a stack leads into it, while its process lives: so a short-lived
 * process, a deleted file and another mount namespace have their symbols too.
 */
#ifndef WALLFLAME_COLLECTOR_MODULES_H
#define WALLFLAME_COLLECTOR_MODULES_H

#include "collector/elf_reader.h"
#include "store/model.h"
#include "store/writer.h"

#include <stdint.h>
#include <sys/types.h>

struct modules;

struct module_frame {
	store_id id;
	uint64_t offset;
};

struct module {
	enum store_module_kind kind;
	char *path;
	uint64_t device; /* of a file, as makedev() makes it */
	uint64_t inode;
	store_id id; /* 0 until it is used */
	int fd; /* of a file or a JIT's map, once used; -1: could not be opened */
	struct elf_file *elf; /* of a file or the vDSO, once used; NULL: it cannot be read */
	struct module_frame *frames; /* to be named when the capture ends; frame_count of them */
	size_t frame_count;
	size_t frame_room;
};

/* The arguments stay the caller's and must outlive the result. */
struct modules *modules__new(struct store_writer *writer, struct elf_reader *reader);
void modules__free(struct modules *modules); /* NULL is allowed */

/* The module of a mapping, made when it is new. Lives as long as the registry. */
struct module *modules__of_mapping(struct modules *modules, pid_t pid, const char *path,
				   uint64_t device, uint64_t inode);
/* The kernel ("kernel") or one of its modules. */
struct module *modules__of_kernel(struct modules *modules, const char *name);

/*
 * Gives the module its row and opens its file. `pid` has it mapped at start..end (not used for the
 * kernel). Does nothing the second time. Returns 0 or a negative errno of the writer.
 */
int modules__use(struct modules *modules, struct module *module, pid_t pid, uint64_t start,
		 uint64_t end);
/* Remembers that the frame is to be named. */
void module__add_frame(struct module *module, store_id frame, uint64_t offset);

typedef int (*modules_fn)(void *ctx, struct module *module);
/* The used ones. Stops with the first non-zero value that `visit` returns, and returns it. */
int modules__each(struct modules *modules, modules_fn visit, void *ctx);

#endif
