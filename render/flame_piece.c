// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/flame_piece.h"

void flame_piece__push(struct flame_stack *stack, GString *note, const struct analysis *analysis,
		       const struct piece *piece)
{
	const char *ending = flame_stack__ending(piece->state);

	if (!flame_stack__push_frames(stack, analysis, piece->stack)) {
		flame_stack__missing(note, piece);
		flame_stack__push(stack, note->str, NULL, FLAME_NOTE);
	} else if (ending) {
		flame_stack__push(stack, ending, NULL, FLAME_NOTE);
	}
}
