/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Rows that are found by what they begin with: one row for each key, in the order they came. */
#ifndef WALLFLAME_ANALYZER_REGISTRY_H
#define WALLFLAME_ANALYZER_REGISTRY_H

#include <glib.h>
#include <stdint.h>

struct registry {
	GArray *rows;
	guint key_size;
	uint32_t *slots; /* index of a row + 1; 0: free */
	uint32_t mask;
};

/* `key_size`: bytes at the beginning of a row, a multiple of 4 without padding. */
void registry__init(struct registry *registry, guint row_size, guint key_size);
/* The place of the row with the key of *row, which is added as it is if there is none. */
uint32_t registry__place(struct registry *registry, const void *row);
/* No row is looked for any more: they may be sorted. */
void registry__seal(struct registry *registry);
void registry__free(struct registry *registry);

#endif
