// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * big_elf FILE FUNCTIONS NAME_BYTES: writes a program whose functions run one after the other
 * without end, each for some ten nanoseconds, under names of that length, at addresses that are
 * their offsets in the file. No compiler would make half a gigabyte of symbols in the time that a
 * benchmark has.
 */
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES 0x200UL /* offset of the sections' names */
#define TEXT 0x401000UL /* of the code, and its address */
#define STRIDE 32UL /* bytes of a function */

/* mov $20, %ecx; 1: dec %ecx; jnz 1b; then nops. */
static const unsigned char body[STRIDE] = {
	0xb9, 20,   0,	  0,	0,    0xff, 0xc9, 0x75, 0xfc, 0x90, 0x90,
	0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
	0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90,
};

static const char section_names[] = "\0.text\0.symtab\0.strtab\0.shstrtab";

struct shape {
	uint64_t functions;
	uint64_t name_bytes; /* with the zero at its end */
	uint64_t text_size;
	uint64_t symbols_at;
	uint64_t names_at;
	uint64_t sections_at;
};

static void write_headers(FILE *file, const struct shape *shape)
{
	Elf64_Ehdr header = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_entry = TEXT,
		.e_phoff = sizeof(header),
		.e_shoff = shape->sections_at,
		.e_ehsize = sizeof(header),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 1,
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = 5,
		.e_shstrndx = 4,
	};
	Elf64_Phdr segment = {
		.p_type = PT_LOAD,
		.p_flags = PF_R | PF_X,
		.p_offset = TEXT,
		.p_vaddr = TEXT,
		.p_paddr = TEXT,
		.p_filesz = shape->text_size,
		.p_memsz = shape->text_size,
		.p_align = 0x1000,
	};

	fwrite(&header, sizeof(header), 1, file);
	fwrite(&segment, sizeof(segment), 1, file);
	fseek(file, NAMES, SEEK_SET);
	fwrite(section_names, sizeof(section_names), 1, file);
	fseek(file, TEXT, SEEK_SET);
}

static void write_text(FILE *file, const struct shape *shape)
{
	unsigned char jump[STRIDE] = {0xe9};
	int32_t distance = -(int32_t)((shape->functions - 1) * STRIDE + 5);

	for (uint64_t i = 0; i + 1 < shape->functions; i++)
		fwrite(body, sizeof(body), 1, file);
	memcpy(jump + 1, &distance, sizeof(distance));
	fwrite(jump, sizeof(jump), 1, file);
}

static void write_symbols(FILE *file, const struct shape *shape)
{
	Elf64_Sym symbol = {0};

	fwrite(&symbol, sizeof(symbol), 1, file);
	for (uint64_t i = 0; i < shape->functions; i++) {
		symbol = (Elf64_Sym){
			.st_name = (uint32_t)(1 + i * shape->name_bytes),
			.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
			.st_shndx = 1,
			.st_value = TEXT + i * STRIDE,
			.st_size = STRIDE,
		};
		fwrite(&symbol, sizeof(symbol), 1, file);
	}
	fputc('\0', file);
	for (uint64_t i = 0; i < shape->functions; i++)
		fprintf(file, "function_%0*lu%c", (int)shape->name_bytes - 10, (unsigned long)i,
			'\0');
}

static void write_sections(FILE *file, const struct shape *shape)
{
	const Elf64_Shdr sections[] = {
		{0},
		{.sh_name = 1,
		 .sh_type = SHT_PROGBITS,
		 .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
		 .sh_addr = TEXT,
		 .sh_offset = TEXT,
		 .sh_size = shape->text_size,
		 .sh_addralign = 16},
		{.sh_name = 7,
		 .sh_type = SHT_SYMTAB,
		 .sh_offset = shape->symbols_at,
		 .sh_size = shape->names_at - shape->symbols_at,
		 .sh_link = 3,
		 .sh_info = 1,
		 .sh_addralign = 8,
		 .sh_entsize = sizeof(Elf64_Sym)},
		{.sh_name = 15,
		 .sh_type = SHT_STRTAB,
		 .sh_offset = shape->names_at,
		 .sh_size = shape->sections_at - shape->names_at,
		 .sh_addralign = 1},
		{.sh_name = 23,
		 .sh_type = SHT_STRTAB,
		 .sh_offset = NAMES,
		 .sh_size = sizeof(section_names),
		 .sh_addralign = 1},
	};

	fseek(file, (long)shape->sections_at, SEEK_SET);
	fwrite(sections, sizeof(sections), 1, file);
}

int main(int argc, char **argv)
{
	FILE *file = argc == 4 ? fopen(argv[1], "we") : NULL;
	struct shape shape = {0};

	if (argc == 4) {
		shape.functions = strtoull(argv[2], NULL, 10);
		shape.name_bytes = strtoull(argv[3], NULL, 10);
	}
	if (!file || shape.functions < 2 || shape.functions > 1UL << 24 || shape.name_bytes < 24 ||
	    shape.functions * shape.name_bytes >= UINT32_MAX) {
		fprintf(stderr, "usage: big_elf FILE FUNCTIONS NAME_BYTES\n");
		return 2;
	}
	shape.text_size = shape.functions * STRIDE;
	shape.symbols_at = TEXT + shape.text_size;
	shape.names_at = shape.symbols_at + (shape.functions + 1) * sizeof(Elf64_Sym);
	shape.sections_at = (shape.names_at + 1 + shape.functions * shape.name_bytes + 7) & ~7UL;
	write_headers(file, &shape);
	write_text(file, &shape);
	write_symbols(file, &shape);
	write_sections(file, &shape);
	if (ferror(file) || fclose(file)) {
		perror(argv[1]);
		return 1;
	}
	return 0;
}
