/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What is asked for of a capture, for the formats that hold more of it than a call tree does. */
#ifndef WALLFLAME_RENDER_FLAME_PART_H
#define WALLFLAME_RENDER_FLAME_PART_H

#include "render/flame.h"

struct flame_part {
	const struct analysis *analysis;
	struct flame_wish wish;
	struct flame_filter *filter;
};

/*
 * The analysis must outlive it; the caller frees it. NULL with *error malloc'ed when something is
 * picked that the capture does not have, or no time of it.
 */
struct flame_part *flame_part__new(const struct analysis *analysis, const struct flame_wish *wish,
				   char **error);
void flame_part__free(struct flame_part *part);
/*
 * What there is to say of it: target, machine, what was picked, what was lost. NULL-terminated, for
 * the caller to free with g_strfreev.
 */
char **flame_part__remarks(const struct flame_part *part);

#endif
