/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The functions of a finished flame, each once however often it is in the tree: for formats that
 * list them apart from the stacks. Of the lines that one was seen at the lowest is told.
 */
#ifndef WALLFLAME_RENDER_FLAME_FRAMES_H
#define WALLFLAME_RENDER_FLAME_FRAMES_H

#include "render/flame_tree.h"

struct flame_frames {
	GArray *list; /* struct flame_frame; no file or module where there are several */
	guint *of; /* by node: its index in the list; of the root: nothing */
};

/* Strings are those of the flame. */
struct flame_frames flame_frames__of(const struct flame *flame);
void flame_frames__free(struct flame_frames *frames);
const struct flame_frame *flame_frames__at(const struct flame_frames *frames, guint index);

#endif
