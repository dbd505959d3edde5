/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A stack of an analysis on its way into a flame: one is used for all of them in turn. */
#ifndef WALLFLAME_RENDER_FLAME_STACK_H
#define WALLFLAME_RENDER_FLAME_STACK_H

#include "render/flame.h"

#include <stdbool.h>

struct flame_stack;

struct flame_stack *flame_stack__new(void);
void flame_stack__free(struct flame_stack *stack);

void flame_stack__clear(struct flame_stack *stack);
/* Texts must live until the stack is added. */
void flame_stack__push(struct flame_stack *stack, const char *name, const char *module,
		       enum flame_kind kind);
/* The process, and the thread where it has a name of its own, as far as the roots have them.
 * `thread`: index in analysis.threads. */
void flame_stack__push_thread(struct flame_stack *stack, const struct analysis *analysis,
			      size_t thread, const struct flame_roots *roots);
/* Its frames, root first. False when it has none. */
bool flame_stack__push_frames(struct flame_stack *stack, const struct analysis *analysis,
			      store_id id);
/* Its frames, root first, until it changes. */
const struct flame_frame *flame_stack__frames(const struct flame_stack *stack, size_t *count);
size_t flame_stack__depth(const struct flame_stack *stack);
/* Turns what was pushed after the first `depth`. */
void flame_stack__reverse(struct flame_stack *stack, size_t depth);
/* As flame__add. */
int flame_stack__add(const struct flame_stack *stack, struct flame *flame, long double ns,
		     enum basis basis);

#endif
