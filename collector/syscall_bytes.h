/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* System calls that return how many bytes they moved. */
#ifndef WALLFLAME_COLLECTOR_SYSCALL_BYTES_H
#define WALLFLAME_COLLECTOR_SYSCALL_BYTES_H

#include <stdbool.h>
#include <stdint.h>

/* nr: as in the capture file (store/model.h). */
bool syscall__returns_bytes(int64_t nr);

#endif
