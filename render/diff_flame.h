/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_RENDER_DIFF_FLAME_H
#define WALLFLAME_RENDER_DIFF_FLAME_H

#include "analyzer/comparison.h"
#include "render/flame.h"

/*
 * The stacks of two captures in one flame, of each what is picked. What came after is scaled to the
 * amount of before (of wall time, thread time or work), so that the two can be compared. What only
 * one of them has may be picked; the notes then tell. The caller frees it with flame__free. Returns
 * 0 or a negative errno with *error malloc'ed for the caller to free: -ENOENT when neither has it,
 * -ERANGE when the times cannot be summed.
 */
int diff_flame__new(struct flame **out, const struct comparison *comparison,
		    const struct flame_wish *wish, char **error);

#endif
