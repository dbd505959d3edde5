/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The inside of a profile, for the files that fill it. */
#ifndef WALLFLAME_RENDER_PPROF_PRIVATE_H
#define WALLFLAME_RENDER_PPROF_PRIVATE_H

#include "render/pprof_profile.h"

#include <glib.h>

#include "pprof.pb-c.h"

struct pprof {
	Pprof__Profile message;
	GPtrArray *memory; /* all that the message leads to */
	GHashTable *texts; /* text -> its number */
	GPtrArray *table; /* texts by number */
	GHashTable *functions; /* name and file as one number -> id */
	GHashTable *mappings; /* text of path and build id -> Pprof__Mapping */
	GHashTable *places; /* key -> id */
	/* The lists of the message. */
	GPtrArray *types, *samples, *mapping_list, *place_list, *function_list;
	GArray *comments; /* int64_t */
};

/* Zeroes that live as long as the profile. */
void *pprof__keep(struct pprof *profile, gsize size);
/* The number of a text; NULL is the empty one. */
int64_t pprof__text(struct pprof *profile, const char *text);

#endif
