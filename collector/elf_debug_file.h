/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Finds the file that holds a module's debug information. What names it (.gnu_debuglink,
 * .gnu_debugaltlink) comes from the target, so that libdwfl's own search would open whatever is
 * named there: a device that does something when it is opened, a pipe that waits for its writer.
 */
#ifndef WALLFLAME_COLLECTOR_ELF_DEBUG_FILE_H
#define WALLFLAME_COLLECTOR_ELF_DEBUG_FILE_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>

/* A module's user data. */
struct elf_debug_file {
	const char *debug_dir;
	bool has_alternate; /* the one of .gnu_debugaltlink was found */
};

/* Dwfl_Callbacks.find_debuginfo. */
int elf_debug_file__find(Dwfl_Module *module, void **user_data, const char *module_name,
			 Dwarf_Addr base, const char *file_name, const char *link, GElf_Word crc,
			 char **found);

#endif
