/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Descriptors of perf events: libperf keeps them to itself. */
#ifndef WALLFLAME_COLLECTOR_PERF_FDS_H
#define WALLFLAME_COLLECTOR_PERF_FDS_H

#include <glib.h>
#include <stdint.h>

/* All that this process has open: int, the caller's to free. */
GArray *perf_fds__list(void);
/* Those that are open now and not in `others`, which is freed; the caller's to free. */
GArray *perf_fds__but(GArray *others);
/* Attaches a BPF program to each. What refuses it goes on without. */
void perf_fds__attach(const GArray *fds, int program);
/* Their period, or their frequency where they were opened with one (perf_event_open(2)). Returns 0
 * or the first negative errno. */
int perf_fds__set_period(const GArray *fds, uint64_t period);

#endif
