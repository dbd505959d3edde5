// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* An ELF file from anywhere: its names and its call frame rows, in this process, where a fault
 * shows. */
#include "collector/elf_cfi.h"
#include "collector/elf_names.h"

#include <gelf.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define SEGMENTS 8
#define PLACES 256 /* of each */

/* What libFuzzer calls has no header. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_names(const struct elf_name *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!*names[i].symbol || (names[i].file && !*names[i].file))
			abort();
}

struct questions {
	struct elf_go *go; /* NULL: none */
	struct elf_names *names;
	struct elf_cfi *cfi;
};

static void ask(const struct questions *questions, uint64_t address)
{
	struct unwind_rule rule;
	size_t count;

	check_names(elf_names__find(questions->names, address, &count), count);
	elf_cfi__rule(questions->cfi, address, &rule);
	if (questions->go)
		elf_go__rule(questions->go, address, &rule);
}

/* Places all over the code. */
static void ask_all(const struct elf_image *image, const struct questions *questions)
{
	GElf_Addr bias;
	Elf *elf = dwfl_module_getelf(elf_image__module(image), &bias);
	GElf_Phdr header;
	size_t count;

	if (elf_getphdrnum(elf, &count))
		return;
	for (size_t i = 0; i < count && i < SEGMENTS; i++) {
		if (!gelf_getphdr(elf, (int)i, &header) || header.p_type != PT_LOAD ||
		    !(header.p_flags & PF_X))
			continue;
		for (uint64_t place = 0; place < PLACES; place++) {
			uint64_t step = header.p_filesz / PLACES + 1, address;

			if (elf_image__address(image, header.p_offset + place * step, &address))
				ask(questions, address);
		}
	}
}

static void read_image(struct elf_image *image)
{
	struct questions questions = {.go = elf_go__new(image)};

	questions.names = elf_names__new(image, questions.go);
	questions.cfi = elf_cfi__new(elf_image__module(image));
	ask_all(image, &questions);
	elf_cfi__free(questions.cfi);
	elf_names__free(questions.names);
	elf_go__free(questions.go);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);
	struct elf_image *image = NULL;

	if (fd >= 0 && write(fd, bytes, size) == (ssize_t)size)
		image = elf_image__open("/fuzzed", fd, "/nowhere");
	if (image)
		read_image(image);
	elf_image__close(image);
	if (fd >= 0)
		close(fd);
	return 0;
}
