/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_UNWIND_RULES_H
#define WALLFLAME_COLLECTOR_UNWIND_RULES_H

#include "collector/elf_reader.h"

/* Call frame rows that were asked for once: there are few places in a program, and many stacks. */
struct unwind_rules;

struct unwind_rules *unwind_rules__new(void);
void unwind_rules__free(struct unwind_rules *rules); /* NULL is allowed */
/* The row at a file offset, which lives until the next call. Returns what elf_file__rule() does. */
int unwind_rules__find(struct unwind_rules *rules, struct elf_file *file, uint64_t offset,
		       const struct unwind_rule **out);

#endif
