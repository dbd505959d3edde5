/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A stack of an analysis on its way into a flame: one is used for all of them in turn. Neither the
 * flame nor the analysis may end before it. */
#ifndef WALLFLAME_RENDER_FLAME_STACK_H
#define WALLFLAME_RENDER_FLAME_STACK_H

#include "render/flame.h"

#include <glib.h>
#include <stdbool.h>

struct flame_stack;

struct flame_stack *flame_stack__new(struct flame *flame);
void flame_stack__free(struct flame_stack *stack);

void flame_stack__clear(struct flame_stack *stack);
void flame_stack__push(struct flame_stack *stack, const char *name, const char *module,
		       enum flame_kind kind);
/* The process, and the thread where it has a name of its own, as far as the roots have them.
 * `thread`: index in analysis.threads. */
void flame_stack__push_thread(struct flame_stack *stack, const struct analysis *analysis,
			      size_t thread, const struct flame_roots *roots);
/* Its frames, root first. False when it has none. */
bool flame_stack__push_frames(struct flame_stack *stack, const struct analysis *analysis,
			      store_id id);
/* Its frames (flame__frame), root first, until it changes. */
const uint32_t *flame_stack__frames(const struct flame_stack *stack, size_t *count);
size_t flame_stack__depth(const struct flame_stack *stack);
/* Turns what was pushed after the first `depth`. */
void flame_stack__reverse(struct flame_stack *stack, size_t depth);
/* As flame__add_interned. */
int flame_stack__add(const struct flame_stack *stack, long double ns, enum basis basis,
		     const struct flame_evidence *evidence);
/* What that says of the capture when it has failed. */
const char *flame_stack__refusal(int err);

/*
 * What a stack of this state ends in: NULL, or the remark that the time went to the run queue; the
 * stack is where the thread was.
 */
const char *flame_stack__ending(enum store_state state);
/* Whether a remark is such a one, or that of a stack that is missing: a stack's last frame. */
bool flame_stack__is_end(const char *remark);
/* Sets `text` to the remark that stands for the stack of a piece that has none. */
void flame_stack__missing(GString *text, const struct piece *piece);

#endif
