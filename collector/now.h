/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Clocks in nanoseconds. */
#ifndef WALLFLAME_COLLECTOR_NOW_H
#define WALLFLAME_COLLECTOR_NOW_H

#include <stdint.h>
#include <time.h>

static inline int64_t now__of(clockid_t clock)
{
	struct timespec now = {0};

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* The clock of the kernel half: bpf_ktime_get_ns(). */
static inline int64_t now__monotonic(void)
{
	return now__of(CLOCK_MONOTONIC);
}

static inline int64_t now__realtime(void)
{
	return now__of(CLOCK_REALTIME);
}

static inline struct timespec now__timespec(int64_t ns)
{
	return (struct timespec){.tv_sec = ns / 1000000000LL, .tv_nsec = ns % 1000000000LL};
}

static inline void now__sleep(int64_t ns)
{
	struct timespec left = now__timespec(ns > 0 ? ns : 0);

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left))
		;
}

#endif
