/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_RENDER_FLAME_PIECE_H
#define WALLFLAME_RENDER_FLAME_PIECE_H

#include "render/flame_stack.h"

#include <glib.h>

/*
 * Pushes the frames of a piece of evidence, and the remark they end in where its time was spent on
 * the run queue or no stack was drawn of it. `note` is room for the remark.
 */
void flame_piece__push(struct flame_stack *stack, GString *note, const struct analysis *analysis,
		       const struct piece *piece);

#endif
