/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The functions of the running kernel that may be probed. A compiler that splits or specializes a
 * function gives it a suffix (alloc_fd.isra.0, dput.part.0): each of these is a place of its own.
 */
#ifndef WALLFLAME_COLLECTOR_PROBE_PLACES_H
#define WALLFLAME_COLLECTOR_PROBE_PLACES_H

#include "collector/probe_points.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct probe_places;

/* Text lives as long as the places. */
struct probe_place {
	const char *function; /* as the source has it */
	const char *symbol; /* as the kernel has it */
	uint64_t address; /* 0: hidden (kptr_restrict) */
};

/* From /proc/kallsyms. Returns 0 or a negative errno. */
int probe_places__load(struct probe_places **out);
/* From an open file like it. */
struct probe_places *probe_places__read(FILE *file);
void probe_places__free(struct probe_places *places); /* NULL is allowed */

/* The name that the function has in this kernel, or NULL: it is not there. */
const char *probe_places__name_of(const struct probe_places *places,
				  const struct probe_function *function);
/* The i-th place of a function, or NULL when there are no more. */
const struct probe_place *probe_places__get(const struct probe_places *places, const char *function,
					    size_t i);

#endif
