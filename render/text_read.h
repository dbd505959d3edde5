/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The texts that stacks are read from; each reader takes all lines. As flame__from_text. */
#ifndef WALLFLAME_RENDER_TEXT_READ_H
#define WALLFLAME_RENDER_TEXT_READ_H

#include "render/flame.h"
#include "render/stack_lines.h"

int folded__read(struct flame **out, struct stack_lines *lines, char **error);
int perf_script__read(struct flame **out, struct stack_lines *lines, char **error);

#endif
