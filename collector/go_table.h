/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The table of functions in every Go program, which strip(1) does not take away: names, frame
 * sizes, files and lines. Formats of Go 1.2, 1.16, 1.18 and 1.20 on, of little-endian 64-bit
 * machines: Go source, src/debug/gosym/pclntab.go, src/runtime/symtab.go and
 * golang.org/s/go12symtab. It comes from the target: every offset in it is checked before it is
 * followed.
 */
#ifndef WALLFLAME_COLLECTOR_GO_TABLE_H
#define WALLFLAME_COLLECTOR_GO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct go_layout;

struct go_table {
	const unsigned char *bytes;
	size_t size;
	const struct go_layout *layout;
	uint64_t text; /* what the addresses in it count from */
	uint64_t count; /* of functions */
	size_t entries; /* offsets in `bytes` of its parts */
	size_t names;
	size_t units;
	size_t files;
	size_t values;
	size_t functions;
};

struct go_function {
	uint64_t entry;
	uint64_t end;
	const char *name;
	size_t data; /* offset of its record */
	bool is_root; /* it has no caller */
	bool switches_stack; /* its frame size says nothing */
};

/* The bytes must outlive it. False: it is no such table. */
bool go_table__open(struct go_table *table, const unsigned char *bytes, size_t size);
/* Where in `bytes` the address of the first function is, or 0: then addresses are whole. */
size_t go_table__text_offset(const struct go_table *table);

bool go_table__find(const struct go_table *table, uint64_t pc, struct go_function *out);
/* How far the stack pointer is below where it was at the entry. */
bool go_table__frame_size(const struct go_table *table, const struct go_function *function,
			  uint64_t pc, int32_t *size);
/* The function's own line: false where another one is inlined, or where none is known. */
bool go_table__line(const struct go_table *table, const struct go_function *function, uint64_t pc,
		    const char **file, uint32_t *line);

#endif
