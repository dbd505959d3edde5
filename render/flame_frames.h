/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The different frames of a flame, each once. */
#ifndef WALLFLAME_RENDER_FLAME_FRAMES_H
#define WALLFLAME_RENDER_FLAME_FRAMES_H

#include "render/flame.h"

struct frame_facts {
	struct flame_frame frame;
	const char *whole_name; /* before it was shortened, or NULL */
};

struct flame_frames;

struct flame_frames *flame_frames__new(void);
void flame_frames__free(struct flame_frames *frames);

/* Its index, from 0; strings are copied. */
uint32_t flame_frames__intern(struct flame_frames *frames, const struct flame_frame *frame);
const struct frame_facts *flame_frames__facts(const struct flame_frames *frames, uint32_t index);
/* Shortens the names of the program's functions; indexes stay. */
void flame_frames__shorten(struct flame_frames *frames);
/*
 * By index, from 1: the place of each in the order of names, then kinds. Frames that are the same
 * node under one parent have the same; *highest gets the last. For the caller to g_free.
 */
uint32_t *flame_frames__ranks(const struct flame_frames *frames, uint32_t *highest);

#endif
