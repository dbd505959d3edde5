/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Texts that come again and again, by the million: each is known by the number it was given. */
#ifndef WALLFLAME_RENDER_TEXT_INDEX_H
#define WALLFLAME_RENDER_TEXT_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_index;

struct text_index *text_index__new(void);
void text_index__free(struct text_index *index);

/*
 * Whether the text, of any bytes, is known already. If not it is from now on, and **number is for
 * the caller to fill in before the next call. The text is copied.
 */
bool text_index__find(struct text_index *index, const char *text, size_t length, uint32_t **number);

#endif
