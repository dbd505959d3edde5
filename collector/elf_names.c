// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_names.h"

#include "collector/demangle.h"
#include "collector/elf_index.h"
#include "collector/elf_inlines.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define NAMELESS "[inlined call]" /* DWARF may leave out a name */

struct elf_names {
	struct elf_index *index;
	struct elf_inlines *inlines; /* NULL: no DWARF */
	const struct elf_go *go;
	GArray *found; /* struct elf_inline */
	GArray *names; /* struct elf_name */
	GPtrArray *strings; /* of the names; malloc'ed */
};

struct elf_names *elf_names__new(struct elf_image *image, const struct elf_go *go)
{
	struct elf_names *names = g_new(struct elf_names, 1);

	*names = (struct elf_names){
		.index = elf_index__new(image),
		.inlines = elf_inlines__new(image),
		.go = go,
		.found = g_array_new(FALSE, FALSE, sizeof(struct elf_inline)),
		.names = g_array_new(FALSE, FALSE, sizeof(struct elf_name)),
		.strings = g_ptr_array_new_with_free_func(free),
	};
	return names;
}

void elf_names__free(struct elf_names *names)
{
	if (!names)
		return;
	elf_index__free(names->index);
	elf_inlines__free(names->inlines);
	g_array_free(names->found, TRUE);
	g_array_free(names->names, TRUE);
	g_ptr_array_free(names->strings, TRUE);
	g_free(names);
}

size_t elf_names__weight(const struct elf_names *names)
{
	return names->inlines ? elf_inlines__weight(names->inlines) : 0;
}

/* The name as people write it; lives until the next question. */
static const char *readable(struct elf_names *names, const char *name)
{
	/* Symbol tables of shared libraries add the version: "memcpy@@GLIBC_2.14". */
	const char *version = strchr(name, '@');
	char *plain = NULL, *clear;

	if (version && version > name) {
		plain = strndup(name, (size_t)(version - name));
		g_ptr_array_add(names->strings, plain);
	}
	clear = demangle(plain ? plain : name);
	if (clear)
		g_ptr_array_add(names->strings, clear);
	return clear && *clear ? clear : plain ? plain : name;
}

/* As runtime.funcNameForPrint has it (Go source, src/runtime/symtab.go): "main.Map[...]". */
static const char *as_go_prints(struct elf_names *names, const char *name)
{
	const char *first = strchr(name, '['), *last = strrchr(name, ']');
	char *printed;

	if (!first || !last || last < first)
		return name;
	printed = g_strdup_printf("%.*s[...]%s", (int)(first - name), name, last + 1);
	g_ptr_array_add(names->strings, printed);
	return printed;
}

/* The outermost function by the symbols, which know more names, and of more code, than DWARF does.
 * True: it is Go's. */
static bool set_function(struct elf_names *names, uint64_t address, bool has_inlined,
			 struct elf_inline *out)
{
	struct elf_go_place place;
	const char *symbol;
	uint64_t start;

	if (names->go && elf_go__find(names->go, address, &place)) {
		out->symbol = place.name;
		out->offset = address - place.entry;
		/* It has no line where another function is inlined; DWARF names files differently.
		 */
		if (place.file && !has_inlined) {
			out->file = place.file;
			out->line = place.line;
		}
		return true;
	}
	symbol = elf_index__find(names->index, address, &start);
	if (symbol) {
		out->symbol = symbol;
		out->offset = address - start;
	}
	return false;
}

const struct elf_name *elf_names__find(struct elf_names *names, uint64_t address, size_t *count)
{
	struct elf_inline none = {0};
	bool is_go;

	g_array_set_size(names->found, 0);
	g_array_set_size(names->names, 0);
	g_ptr_array_set_size(names->strings, 0);
	*count = 0;
	if (names->inlines)
		elf_inlines__find(names->inlines, address, names->found);
	if (!names->found->len)
		g_array_append_val(names->found, none);
	is_go = set_function(names, address, names->found->len > 1,
			     &g_array_index(names->found, struct elf_inline, 0));
	if (!g_array_index(names->found, struct elf_inline, 0).symbol)
		return NULL;
	for (guint i = 0; i < names->found->len; i++) {
		const struct elf_inline *at = &g_array_index(names->found, struct elf_inline, i);
		const char *symbol = at->symbol ? at->symbol : NAMELESS;
		struct elf_name name = {
			.symbol = is_go ? as_go_prints(names, symbol) : readable(names, symbol),
			.symbol_offset = at->offset,
			.file = at->file,
			.line = at->line,
		};

		g_array_append_val(names->names, name);
	}
	*count = names->names->len;
	return &g_array_index(names->names, struct elf_name, 0);
}
