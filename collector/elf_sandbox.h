/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the process that reads hostile files may not do. */
#ifndef WALLFLAME_COLLECTOR_ELF_SANDBOX_H
#define WALLFLAME_COLLECTOR_ELF_SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

/*
 * For the rest of this process's life and its children's: it becomes nobody when it is root, keeps
 * of its capabilities the one to read debug files wherever they lie, writes no file, leaves no
 * core, cannot be traced and has only so much memory. With `debuginfod` it stays who it is and may
 * write: downloads are kept in the user's cache.
 */
void elf_sandbox__enter(bool debuginfod);
/* Room to map that many bytes of a file, beside the memory it has. */
void elf_sandbox__allow(uint64_t bytes);

#endif
