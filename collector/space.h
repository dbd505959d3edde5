/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The address space of one process through time: which module was mapped where, from when to when.
 * Only executable mappings.
 */
#ifndef WALLFLAME_COLLECTOR_SPACE_H
#define WALLFLAME_COLLECTOR_SPACE_H

#include "collector/modules.h"
#include "store/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct space;

struct mapping {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	struct module *module;
	int64_t from_ns;
	int64_t to_ns; /* INT64_MAX: still there */
	bool used; /* a stack leads into it */
};

struct space *space__new(void);
/* What a child has right after fork(2). */
struct space *space__fork(const struct space *parent, int64_t now_ns);
void space__free(struct space *space); /* NULL is allowed */
/* What it covers of older mappings ends at from_ns. */
void space__map(struct space *space, const struct mapping *mapping);
/* exec(2): all mappings end when the first of the new program comes. */
void space__leave(struct space *space);
/* The mapping that held the address at that time, or NULL. Valid until the next space__map. */
struct mapping *space__find(struct space *space, uint64_t address, int64_t at_ns);
/* The one file that is mapped now, with its mapping; NULL when there are none or several. Valid
 * until the next space__map. */
const struct mapping *space__only_file(const struct space *space);
/* Writes the used mappings. Returns 0 or a negative errno of the writer. */
int space__write(const struct space *space, struct store_writer *writer, store_id process);

#endif
