/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* System calls that /proc/PID/io counts (Linux: fs/read_write.c, inc_syscr() and inc_syscw()). */
#ifndef WALLFLAME_ANALYZER_CALL_KERNEL_H
#define WALLFLAME_ANALYZER_CALL_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "store/model.h"

#define NO_IO_COUNT IO_COUNTS

/* IO_READ_CALLS, IO_WRITE_CALLS, or NO_IO_COUNT for a call that is in neither. */
enum store_io_count call_kernel__count(int64_t nr);
/* It counts as a read and as a write. */
bool call_kernel__counts_twice(int64_t nr);

#endif
