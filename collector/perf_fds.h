/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Descriptors of perf events: libperf keeps them to itself. */
#ifndef WALLFLAME_COLLECTOR_PERF_FDS_H
#define WALLFLAME_COLLECTOR_PERF_FDS_H

#include <glib.h>

/* All that this process has open: int, the caller's to free. */
GArray *perf_fds__list(void);
/* Attaches a BPF program to each of them but those in `others`. What refuses it goes on without. */
void perf_fds__attach(const GArray *others, int program);

#endif
