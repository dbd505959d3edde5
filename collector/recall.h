/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * User halves by the registers that they were walked from. A thread that is at a place again, with
 * the same stack pointer and the same in all registers that calls must keep, is most likely in the
 * same calls. So it is when only place and stack pointer are the same, as long as every walk from
 * there has given the same.
 */
#ifndef WALLFLAME_COLLECTOR_RECALL_H
#define WALLFLAME_COLLECTOR_RECALL_H

#include "collector/space.h"
#include "collector/user_copy.h"

struct recall;

struct recall *recall__new(void);
void recall__free(struct recall *recall); /* NULL is allowed */
/* In that address space a walk from these registers gave this user half. */
void recall__keep(struct recall *recall, const struct space *space, const struct user_copy *copy,
		  store_id half);
/* What the last such walk gave, or all from the same place and stack pointer; 0: nothing did. */
store_id recall__find(const struct recall *recall, const struct space *space,
		      const struct user_copy *copy);

#endif
