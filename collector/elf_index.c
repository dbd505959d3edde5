// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_index.h"

#include "collector/intervals.h"

#include <gelf.h>
#include <glib.h>
#include <string.h>

struct elf_index {
	Dwfl_Module *module;
	struct intervals *functions; /* `value` is the number of the symbol */
};

struct symbol {
	GElf_Sym own;
	GElf_Addr address;
	GElf_Word section;
	Elf *elf;
	GElf_Addr bias;
	const char *name; /* not checked */
};

static bool get_symbol(Dwfl_Module *module, uint32_t number, struct symbol *out)
{
	out->name = dwfl_module_getsym_info(module, (int)number, &out->own, &out->address,
					    &out->section, &out->elf, &out->bias);
	return out->name;
}

/* The end of the code that the symbol's section has, or 0 when it has none. */
static uint64_t end_of_code(const struct symbol *symbol)
{
	GElf_Shdr header;
	Elf_Scn *section = elf_getscn(symbol->elf, symbol->section);

	if (!section || !gelf_getshdr(section, &header) || !(header.sh_flags & SHF_EXECINSTR))
		return 0;
	return header.sh_addr + header.sh_size + symbol->bias;
}

/* Hand-written assembly leaves out the type, and the size. */
static bool is_function(const struct symbol *symbol)
{
	unsigned int type = GELF_ST_TYPE(symbol->own.st_info);

	if (symbol->own.st_shndx == SHN_UNDEF || symbol->own.st_shndx == SHN_ABS ||
	    symbol->own.st_shndx == SHN_COMMON || !symbol->own.st_name)
		return false;
	return type == STT_FUNC || type == STT_GNU_IFUNC ||
	       (type == STT_NOTYPE && end_of_code(symbol));
}

static uint32_t rank_of(const struct symbol *symbol)
{
	static const uint8_t ranks[] = {[STB_LOCAL] = 1, [STB_WEAK] = 2, [STB_GLOBAL] = 3};
	unsigned int binding = GELF_ST_BIND(symbol->own.st_info);

	return binding < G_N_ELEMENTS(ranks) ? ranks[binding] : 0;
}

static void add_all(struct elf_index *index)
{
	int count = dwfl_module_getsymtab(index->module);

	for (uint32_t i = 1; count > 0 && i < (uint32_t)count; i++) {
		struct interval interval = {.value = i};
		struct symbol symbol;

		if (!get_symbol(index->module, i, &symbol) || !is_function(&symbol))
			continue;
		interval.low = symbol.address;
		interval.high = symbol.address + symbol.own.st_size;
		interval.rank = rank_of(&symbol);
		if (interval.high >= interval.low)
			intervals__add(index->functions, &interval);
	}
}

/* A symbol without a size goes on until the next one or the end of its section. One that lies in a
 * function of known size is a mark there. */
static void end_sizeless(struct elf_index *index)
{
	size_t count = intervals__count(index->functions);
	uint64_t known_until = 0;

	for (size_t i = 0; i < count; i++) {
		struct interval *at = intervals__at(index->functions, i);
		size_t next = i + 1;
		struct symbol symbol;
		uint64_t end;

		known_until = MAX(known_until, at->high);
		if (at->high > at->low || at->low < known_until ||
		    !get_symbol(index->module, at->value, &symbol))
			continue;
		end = end_of_code(&symbol);
		while (next < count && intervals__at(index->functions, next)->low == at->low)
			next++;
		if (next < count)
			end = MIN(end, intervals__at(index->functions, next)->low);
		/* All of its names, which stand together, get the same end. */
		for (; i < next && end > at->low; i++)
			intervals__at(index->functions, i)->high = end;
		i = next - 1;
	}
}

struct elf_index *elf_index__new(struct elf_image *image)
{
	struct elf_index *index = g_new(struct elf_index, 1);

	*index = (struct elf_index){
		.module = elf_image__module(image),
		.functions = intervals__new(),
	};
	add_all(index);
	intervals__sort(index->functions);
	end_sizeless(index);
	intervals__link(index->functions);
	return index;
}

void elf_index__free(struct elf_index *index)
{
	if (!index)
		return;
	intervals__free(index->functions);
	g_free(index);
}

/* The length of a name up to its version, or 0 when it is not all within the file. libdwfl does not
 * look for its end. */
static size_t length_of(const struct symbol *symbol)
{
	size_t size, length;
	const char *file = elf_rawfile(symbol->elf, &size);
	const char *end;

	if (!file || symbol->name < file || symbol->name >= file + size)
		return 0;
	end = memchr(symbol->name, '\0', size - (size_t)(symbol->name - file));
	if (!end)
		return 0;
	length = strcspn(symbol->name, "@");
	return length ? length : (size_t)(end - symbol->name);
}

const char *elf_index__find(const struct elf_index *index, uint64_t address, uint64_t *start)
{
	int64_t found = intervals__find(index->functions, address);
	const struct interval *first;
	const char *name = NULL;
	uint32_t best_rank = 0;
	size_t best = 0;

	if (found < 0)
		return NULL;
	first = intervals__at(index->functions, (size_t)found);
	*start = first->low;
	/* The names of one function stand together. */
	for (; found >= 0; found--) {
		const struct interval *at = intervals__at(index->functions, (size_t)found);
		struct symbol symbol;
		size_t length;
		uint32_t rank;

		if (at->low != first->low || at->high != first->high)
			break;
		if (!get_symbol(index->module, at->value, &symbol))
			continue;
		length = length_of(&symbol);
		rank = rank_of(&symbol);
		if (!length ||
		    (name && (rank < best_rank || (rank == best_rank && length >= best))))
			continue;
		name = symbol.name;
		best = length;
		best_rank = rank;
	}
	return name;
}
