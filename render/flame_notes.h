/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_RENDER_FLAME_NOTES_H
#define WALLFLAME_RENDER_FLAME_NOTES_H

#include "render/flame.h"

/* The title and the lines below it. meaning: of the picture; width: what its whole width stands
 * for. */
void flame_notes__add(struct flame *flame, const struct analysis *analysis, const char *meaning,
		      const char *width);

#endif
