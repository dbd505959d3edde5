// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_image.h"

#include "collector/elf_debug_file.h"
#include "collector/elf_sandbox.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>
#include <glib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct elf_image {
	Dwfl_Callbacks callbacks;
	Dwfl *dwfl;
	Dwfl_Module *module;
	Elf *elf; /* the module's */
	GElf_Addr bias;
	char *debug_path;
	struct elf_debug_file debug_file;
	bool is_x86_64;
};

/* libdwfl would take archives, compressed files and objects as well: no process runs those. */
static bool is_program(int fd)
{
	unsigned char ident[EI_NIDENT + 2];
	int low, high, type;

	if (pread(fd, ident, sizeof(ident), 0) != sizeof(ident) ||
	    memcmp(ident, ELFMAG, SELFMAG) != 0)
		return false;
	low = ident[EI_DATA] == ELFDATA2MSB ? 1 : 0;
	high = !low;
	type = ident[EI_NIDENT + low] | ident[EI_NIDENT + high] << 8;
	return type == ET_EXEC || type == ET_DYN;
}

/* Takes the descriptor. */
static void report(struct elf_image *image, const char *name, int fd)
{
	void **user_data;

	dwfl_report_begin(image->dwfl);
	image->module = dwfl_report_offline(image->dwfl, name, name, fd);
	dwfl_report_end(image->dwfl, NULL, NULL);
	if (!image->module) {
		close(fd);
		return;
	}
	dwfl_module_info(image->module, &user_data, NULL, NULL, NULL, NULL, NULL, NULL);
	*user_data = &image->debug_file;
	image->elf = dwfl_module_getelf(image->module, &image->bias);
}

struct elf_image *elf_image__open(const char *name, int fd, const char *debug_dir)
{
	struct elf_image *image;
	struct stat status;
	GElf_Ehdr header;
	int own;

	if (fd < 0 || !is_program(fd))
		return NULL;
	own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (own < 0)
		return NULL;
	if (!fstat(own, &status))
		elf_sandbox__allow((uint64_t)status.st_size);
	image = g_new0(struct elf_image, 1);
	image->debug_path = g_strdup(debug_dir);
	image->debug_file.debug_dir = debug_dir;
	image->callbacks = (Dwfl_Callbacks){
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = elf_debug_file__find,
		.section_address = dwfl_offline_section_address,
		.debuginfo_path = &image->debug_path,
	};
	image->dwfl = dwfl_begin(&image->callbacks);
	if (image->dwfl)
		report(image, name, own);
	else
		close(own);
	if (!image->elf || !gelf_getehdr(image->elf, &header)) {
		elf_image__close(image);
		return NULL;
	}
	image->is_x86_64 = header.e_machine == EM_X86_64 && gelf_getclass(image->elf) == ELFCLASS64;
	return image;
}

void elf_image__close(struct elf_image *image)
{
	if (!image)
		return;
	if (image->dwfl)
		dwfl_end(image->dwfl);
	g_free(image->debug_path);
	g_free(image);
}

Dwfl_Module *elf_image__module(const struct elf_image *image)
{
	return image->module;
}

bool elf_image__is_x86_64(const struct elf_image *image)
{
	return image->is_x86_64;
}

uint64_t elf_image__bias(const struct elf_image *image)
{
	return image->bias;
}

/* elf(5), program headers. */
bool elf_image__address(const struct elf_image *image, uint64_t offset, uint64_t *address)
{
	size_t count;

	if (elf_getphdrnum(image->elf, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr header;

		if (!gelf_getphdr(image->elf, (int)i, &header) || header.p_type != PT_LOAD)
			continue;
		if (offset >= header.p_offset && offset - header.p_offset < header.p_filesz) {
			*address = offset - header.p_offset + header.p_vaddr + image->bias;
			return true;
		}
	}
	return false;
}

Dwarf *elf_image__dwarf(struct elf_image *image, uint64_t *bias)
{
	Dwarf *dwarf = dwfl_module_getdwarf(image->module, bias), *other;
	const void *wanted, *found;
	const char *name;
	ssize_t size;

	if (!dwarf)
		return NULL;
	size = dwelf_dwarf_gnu_debugaltlink(dwarf, &name, &wanted);
	if (size <= 0)
		return dwarf;
	/* Without it libdw would look for it once more, and open what the link names. */
	other = image->debug_file.has_alternate ? dwarf_getalt(dwarf) : NULL;
	if (other && dwelf_elf_gnu_build_id(dwarf_getelf(other), &found) == size &&
	    !memcmp(wanted, found, (size_t)size))
		return dwarf;
	return NULL;
}

static Elf_Scn *find_section(const struct elf_image *image, const char *name, GElf_Shdr *header)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_getshdrstrndx(image->elf, &names))
		return NULL;
	while ((section = elf_nextscn(image->elf, section))) {
		const char *own = gelf_getshdr(section, header)
					  ? elf_strptr(image->elf, names, header->sh_name)
					  : NULL;

		if (own && !strcmp(own, name))
			return section;
	}
	return NULL;
}

bool elf_image__has_section(const struct elf_image *image, const char *name)
{
	GElf_Shdr header;

	return find_section(image, name, &header);
}

bool elf_image__section(const struct elf_image *image, const char *name, struct elf_piece *out)
{
	GElf_Shdr header;
	Elf_Scn *section = find_section(image, name, &header);
	Elf_Data *data = section ? elf_rawdata(section, NULL) : NULL;

	if (!data || !data->d_buf || !data->d_size)
		return false;
	*out = (struct elf_piece){
		.bytes = data->d_buf,
		.size = data->d_size,
		.address = header.sh_addr,
	};
	return true;
}

uint64_t elf_image__relocated(const struct elf_image *image, uint64_t address)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(image->elf, section))) {
		Elf_Data *data;
		GElf_Rela entry;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_RELA ||
		    !(header.sh_flags & SHF_ALLOC))
			continue;
		data = elf_getdata(section, NULL);
		for (int i = 0; data && gelf_getrela(data, i, &entry); i++)
			if (entry.r_offset == address &&
			    GELF_R_TYPE(entry.r_info) == R_X86_64_RELATIVE)
				return (uint64_t)entry.r_addend;
	}
	return 0;
}
