// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_symbols.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <gelf.h>
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct elf_symbols {
	Dwfl *dwfl;
	Dwfl_Module *module;
	Elf *elf; /* the module's */
	GElf_Addr bias;
};

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

struct elf_symbols *elf_symbols__open(const char *path, int fd)
{
	struct elf_symbols *symbols;
	int own = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;

	if (own < 0)
		return NULL;
	symbols = g_new0(struct elf_symbols, 1);
	symbols->dwfl = dwfl_begin(&callbacks);
	if (symbols->dwfl) {
		dwfl_report_begin(symbols->dwfl);
		symbols->module = dwfl_report_offline(symbols->dwfl, path, path, own);
		dwfl_report_end(symbols->dwfl, NULL, NULL);
	}
	if (!symbols->module) /* else libdwfl closes it */
		close(own);
	else
		symbols->elf = dwfl_module_getelf(symbols->module, &symbols->bias);
	if (!symbols->elf) {
		elf_symbols__close(symbols);
		return NULL;
	}
	return symbols;
}

/* This process's own vDSO in a file: libdwfl reads files. */
static int copy_vdso(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	int fd = -1;

	while (maps && fgets(line, sizeof(line), maps)) {
		unsigned long start, end;

		if (!strstr(line, "[vdso]") || sscanf(line, "%lx-%lx", &start, &end) != 2)
			continue;
		fd = memfd_create("vdso", MFD_CLOEXEC);
		/* The address is the kernel's own text about this process. */
		const void *image = (const void *)start; // NOLINT(performance-no-int-to-ptr)

		if (fd >= 0 && write(fd, image, end - start) != (ssize_t)(end - start)) {
			close(fd);
			fd = -1;
		}
		break;
	}
	if (maps)
		fclose(maps);
	return fd;
}

struct elf_symbols *elf_symbols__open_vdso(void)
{
	int fd = copy_vdso();
	struct elf_symbols *symbols = elf_symbols__open("[vdso]", fd);

	if (fd >= 0)
		close(fd);
	return symbols;
}

void elf_symbols__close(struct elf_symbols *symbols)
{
	if (symbols->dwfl)
		dwfl_end(symbols->dwfl);
	g_free(symbols);
}

/* Where the loader puts a file offset: elf(5), program headers. */
static bool address_of(Elf *elf, uint64_t offset, GElf_Addr *address)
{
	size_t count;

	if (elf_getphdrnum(elf, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr header;

		if (!gelf_getphdr(elf, (int)i, &header) || header.p_type != PT_LOAD)
			continue;
		if (offset >= header.p_offset && offset - header.p_offset < header.p_filesz) {
			*address = offset - header.p_offset + header.p_vaddr;
			return true;
		}
	}
	return false;
}

const char *elf_symbols__find(struct elf_symbols *symbols, uint64_t offset, uint64_t *symbol_offset)
{
	GElf_Addr address;
	GElf_Off distance;
	GElf_Sym symbol;
	const char *name;

	if (!address_of(symbols->elf, offset, &address))
		return NULL;
	name = dwfl_module_addrinfo(symbols->module, address + symbols->bias, &distance, &symbol,
				    NULL, NULL, NULL);
	if (!name || !*name)
		return NULL;
	*symbol_offset = distance;
	return name;
}

char *elf_symbols__build_id(struct elf_symbols *symbols)
{
	const unsigned char *bytes;
	GElf_Addr address;
	int length = dwfl_module_build_id(symbols->module, &bytes, &address);
	GString *text;

	if (length <= 0)
		return NULL;
	text = g_string_new(NULL);
	for (int i = 0; i < length; i++)
		g_string_append_printf(text, "%02x", bytes[i]);
	return g_string_free(text, FALSE);
}
