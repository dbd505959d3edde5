/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_RENDER_FLAME_INSIDE_H
#define WALLFLAME_RENDER_FLAME_INSIDE_H

#include "render/flame_walk.h"

/* The stacks, as long as none is added. */
struct flame_stacks flame__stacks(const struct flame *flame);

#endif
