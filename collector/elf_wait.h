/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * How long a file makes its reader work or sleep. On a machine whose CPUs are all taken, where
 * wallflame is needed most, an answer is late for other reasons: that time is not the file's.
 */
#ifndef WALLFLAME_COLLECTOR_ELF_WAIT_H
#define WALLFLAME_COLLECTOR_ELF_WAIT_H

#include "collector/elf_keeper.h"

struct elf_wait {
	const struct elf_keeper *keeper;
	int64_t limit_ns;
	int64_t delays_ns; /* that this process and the worker have waited for a CPU, when last seen
			    */
};

/* Waits until something can be read, and adds to *spent_ns. Returns 0 or -ETIMEDOUT, when that has
 * reached the limit. */
int elf_wait__for(struct elf_wait *wait, int socket, int64_t *spent_ns);

#endif
