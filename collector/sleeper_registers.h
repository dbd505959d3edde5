/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The registers in user space of threads that sleep, by a BPF program: /proc tells two of them. */
#ifndef WALLFLAME_COLLECTOR_SLEEPER_REGISTERS_H
#define WALLFLAME_COLLECTOR_SLEEPER_REGISTERS_H

#include "collector/procfs.h"
#include "collector/unwind_rule.h"

struct sleeper_registers;

/* NULL where BPF is refused. */
struct sleeper_registers *sleeper_registers__new(void);
void sleeper_registers__free(struct sleeper_registers *registers); /* NULL is allowed */
/* False, and nothing is read, when the thread does not sleep where `sleep` says. NULL is allowed,
 * and reads nothing. */
bool sleeper_registers__read(struct sleeper_registers *registers, pid_t pid, pid_t tid,
			     const struct procfs_sleep *sleep, uint64_t out[UNWIND_REGISTERS]);

#endif
