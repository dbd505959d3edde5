// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_debug_file.h"

#include "collector/elf_sandbox.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* open(2), O_PATH: nothing happens to the file itself before it is known to be a plain one. */
static int open_plain(const char *path)
{
	int place = open(path, O_PATH | O_CLOEXEC), fd = -1;
	struct stat status;
	char again[32];

	if (place < 0)
		return -1;
	snprintf(again, sizeof(again), "/proc/self/fd/%d", place);
	if (!fstat(place, &status) && S_ISREG(status.st_mode))
		fd = open(again, O_RDONLY | O_CLOEXEC);
	close(place);
	if (fd >= 0)
		elf_sandbox__allow((uint64_t)status.st_size);
	return fd;
}

static bool has_build_id(int fd, const void *id, size_t size)
{
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	GElf_Ehdr header;
	const void *own = NULL;
	ssize_t own_size = -1;
	bool same;

	/* Of an object file it would want the module. */
	if (elf && gelf_getehdr(elf, &header) && header.e_type != ET_REL)
		own_size = dwelf_elf_gnu_build_id(elf, &own);
	same = own_size > 0 && (size_t)own_size == size && !memcmp(own, id, size);
	elf_end(elf);
	return same;
}

/* The checksum of .gnu_debuglink is zlib's: GDB manual, "Debugging Information in Separate Files".
 */
static bool has_crc(int fd, GElf_Word expected)
{
	static const size_t size = 1 << 16;
	unsigned char *bytes = g_malloc(size);
	uLong crc = crc32(0, NULL, 0);
	ssize_t got;

	lseek(fd, 0, SEEK_SET);
	while ((got = read(fd, bytes, size)) > 0)
		crc = crc32(crc, bytes, (uInt)got);
	g_free(bytes);
	return !got && crc == expected;
}

struct wanted {
	const unsigned char *id; /* of the program */
	int id_size; /* 0: it has none, the checksum must do */
	GElf_Word crc;
};

/* Takes the path. */
static int try_file(char *path, const struct wanted *wanted, char **found)
{
	int fd = open_plain(path);

	if (fd >= 0 && (wanted->id_size > 0 ? has_build_id(fd, wanted->id, (size_t)wanted->id_size)
					    : has_crc(fd, wanted->crc))) {
		*found = strdup(path); /* libdwfl's to free */
		g_free(path);
		return fd;
	}
	g_free(path);
	if (fd >= 0)
		close(fd);
	return -1;
}

static int by_build_id(const char *debug_dir, const struct wanted *wanted, char **found)
{
	GString *path;

	if (wanted->id_size < 2)
		return -1;
	path = g_string_new(debug_dir);
	g_string_append_printf(path, "/.build-id/%02x/", wanted->id[0]);
	for (int i = 1; i < wanted->id_size; i++)
		g_string_append_printf(path, "%02x", wanted->id[i]);
	g_string_append(path, ".debug");
	return try_file(g_string_free(path, FALSE), wanted, found);
}

static int by_link(const char *debug_dir, const char *file_name, const char *link,
		   const struct wanted *wanted, char **found)
{
	char *dir;
	int fd;

	/* It is a name without a directory, by the GDB manual. */
	if (!file_name || !link || !*link || strchr(link, '/'))
		return -1;
	dir = g_path_get_dirname(file_name);
	fd = try_file(g_build_filename(dir, link, NULL), wanted, found);
	if (fd < 0)
		fd = try_file(g_build_filename(dir, ".debug", link, NULL), wanted, found);
	if (fd < 0 && *dir == '/')
		fd = try_file(g_build_filename(debug_dir, dir, link, NULL), wanted, found);
	g_free(dir);
	return fd;
}

/* What dwz(1) has moved out of several debug files. The caller compares its build id. */
static int alternate(const char *debug_dir, const char *file_name, const char *link, char **found)
{
	char *dir = file_name ? g_path_get_dirname(file_name) : NULL;
	char *path = *link == '/' || !dir ? g_strdup(link) : g_build_filename(dir, link, NULL);
	char *real = realpath(path, NULL);
	size_t length = strlen(debug_dir);
	int fd = -1;

	if (real && !strncmp(real, debug_dir, length) && real[length] == '/')
		fd = open_plain(real);
	if (fd >= 0)
		*found = real;
	else
		free(real);
	g_free(path);
	g_free(dir);
	return fd;
}

int elf_debug_file__find(Dwfl_Module *module, void **user_data, const char *module_name,
			 Dwarf_Addr base, const char *file_name, const char *link, GElf_Word crc,
			 char **found)
{
	struct elf_debug_file *state = *user_data;
	struct wanted wanted = {.crc = crc};
	GElf_Addr address;
	struct stat status;
	int fd;

	wanted.id_size = dwfl_module_build_id(module, &wanted.id, &address);
	/* libdwfl asks for the file of .gnu_debugaltlink without a checksum. */
	if (link && !crc) {
		fd = dwfl_build_id_find_debuginfo(module, user_data, module_name, base, NULL, NULL,
						  0, found);
		if (fd < 0)
			fd = alternate(state->debug_dir, file_name, link, found);
	} else {
		fd = by_build_id(state->debug_dir, &wanted, found);
		if (fd < 0)
			fd = by_link(state->debug_dir, file_name, link, &wanted, found);
	}
	/* Without names, it looks for build ids only, and asks the servers in DEBUGINFOD_URLS. */
	if (fd < 0)
		fd = dwfl_standard_find_debuginfo(module, user_data, module_name, base, NULL, NULL,
						  0, found);
	if (fd >= 0 && !fstat(fd, &status))
		elf_sandbox__allow((uint64_t)status.st_size);
	state->has_alternate |= fd >= 0 && link && !crc;
	return fd;
}
