// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/kallsyms.h"

#include <errno.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The table has no sizes: what is farther from a symbol lies in a gap, behind it. */
#define LONGEST_FUNCTION (1 << 20)
#define KERNEL_HALF (1ULL << 63) /* x86-64: every kernel address is in the upper half */

struct kallsyms {
	GArray *symbols; /* struct kallsyms_symbol, by address */
	GStringChunk *strings;
};

static gint by_address(gconstpointer a, gconstpointer b)
{
	const struct kallsyms_symbol *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

/* Marks of where text ends: what lies behind them is no function of the kernel's. */
static bool is_end_mark(const char *name)
{
	return !strcmp(name, "_etext") || !strcmp(name, "_einittext");
}

/* A line is "address type name", and "[module]" after a tab. */
static void take_line(struct kallsyms *kallsyms, char *line)
{
	struct kallsyms_symbol symbol = {.module = "kernel"};
	char *at = line, *save = NULL, *name, *module;

	symbol.address = strtoull(at, &at, 16);
	if (symbol.address < KERNEL_HALF || *at != ' ' || !strchr("tTwW", at[1]) || at[2] != ' ')
		return;
	name = strtok_r(at + 3, "\t\n ", &save);
	if (!name)
		return;
	module = strtok_r(NULL, "\t\n []", &save);
	symbol.name = is_end_mark(name) ? NULL : g_string_chunk_insert(kallsyms->strings, name);
	if (module)
		symbol.module = g_string_chunk_insert_const(kallsyms->strings, module);
	g_array_append_val(kallsyms->symbols, symbol);
}

int kallsyms__load(struct kallsyms **out)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	struct kallsyms *kallsyms;
	char *line = NULL;
	size_t room = 0;

	if (!file)
		return -errno;
	kallsyms = g_new0(struct kallsyms, 1);
	kallsyms->symbols = g_array_new(FALSE, FALSE, sizeof(struct kallsyms_symbol));
	kallsyms->strings = g_string_chunk_new(1 << 16);
	while (getline(&line, &room, file) > 0)
		take_line(kallsyms, line);
	free(line);
	fclose(file);
	g_array_sort(kallsyms->symbols, by_address);
	*out = kallsyms;
	return 0;
}

void kallsyms__free(struct kallsyms *kallsyms)
{
	if (!kallsyms)
		return;
	g_array_free(kallsyms->symbols, TRUE);
	g_string_chunk_free(kallsyms->strings);
	g_free(kallsyms);
}

bool kallsyms__is_empty(const struct kallsyms *kallsyms)
{
	return !kallsyms->symbols->len;
}

const struct kallsyms_symbol *kallsyms__find(const struct kallsyms *kallsyms, uint64_t address)
{
	guint low = 0, high = kallsyms->symbols->len;

	/* The last symbol at or below the address; of several at one place, the first. */
	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(kallsyms->symbols, struct kallsyms_symbol, middle).address <=
		    address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || address < KERNEL_HALF)
		return NULL;
	const struct kallsyms_symbol *symbols =
		&g_array_index(kallsyms->symbols, struct kallsyms_symbol, 0);
	guint found = low - 1;

	while (found && symbols[found - 1].address == symbols[found].address)
		found--;
	if (address - symbols[found].address >= LONGEST_FUNCTION)
		return NULL;
	return symbols[found].name ? &symbols[found] : NULL;
}
