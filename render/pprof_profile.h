/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A profile of pprof on its way to be written. Texts may hold any bytes; the same text, function,
 * mapping or place is kept once.
 */
#ifndef WALLFLAME_RENDER_PPROF_PROFILE_H
#define WALLFLAME_RENDER_PPROF_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The mapping that pprof knows the kernel by. */
#define PPROF_KERNEL "[kernel.kallsyms]"

struct pprof;

/* A function at a place. */
struct pprof_line {
	const char *name;
	const char *file; /* or NULL */
	uint32_t line; /* 0: not known */
};

struct pprof_module {
	const char *path; /* NULL: the place is in none */
	const char *build_id; /* or NULL */
	uint64_t address; /* of the place in it; 0: not known */
};

struct pprof_label {
	const char *key;
	const char *text; /* NULL: `number` is the label's value */
	int64_t number;
};

struct pprof_sample {
	const uint64_t *places; /* leaf first */
	size_t place_count;
	const int64_t *values; /* one for each type */
	const struct pprof_label *labels;
	size_t label_count;
};

struct pprof *pprof__new(void);
void pprof__free(struct pprof *profile);

/* All types before the first sample. */
void pprof__add_type(struct pprof *profile, const char *type, const char *unit);
void pprof__set_default_type(struct pprof *profile, const char *type);
void pprof__set_period(struct pprof *profile, const char *type, const char *unit, int64_t period);
/* Nanoseconds since 1970, and how long. */
void pprof__set_time(struct pprof *profile, int64_t start, int64_t duration);
void pprof__add_comment(struct pprof *profile, const char *text);
/* Puts the mapping of this file first, as readers expect it of the program's own. */
void pprof__set_main(struct pprof *profile, const char *path);

/*
 * The id of a place. `key` stands for it (never NULL): of one that is known the rest is not looked
 * at. Lines: what was inlined first, its caller after it.
 */
uint64_t pprof__place(struct pprof *profile, const void *key, const struct pprof_module *module,
		      const struct pprof_line *lines, size_t count);
void pprof__add_sample(struct pprof *profile, const struct pprof_sample *sample);

/* Writes it, compressed; `out` tells whether that worked. */
void pprof__write(struct pprof *profile, FILE *out);

#endif
