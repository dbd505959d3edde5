/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * How much memory each CPU gets of what all together may have: buffers are as many as there are
 * CPUs, so with more CPUs they get smaller, and not the memory larger (docs/capacity.md).
 */
#ifndef WALLFLAME_COLLECTOR_CPU_SHARE_H
#define WALLFLAME_COLLECTOR_CPU_SHARE_H

#include <stddef.h>

/*
 * Bytes of one CPU's buffer: `wanted`, halved as long as `cpus` of them are more than `all`, but
 * not below `least`. `wanted` and `least` are powers of two.
 */
size_t cpu_share__bytes(size_t wanted, size_t least, size_t all, size_t cpus);
/*
 * The number after the highest in a list as of /sys/devices/system/cpu/online ("0-3,8"); 0 when it
 * is no such list.
 */
size_t cpu_share__end_of(const char *list);
/*
 * How many CPUs have rows where each needs its own: up to the highest that is online. `possible` is
 * told for CPUs that a virtual machine may be given some day; they get theirs with the next
 * capture.
 */
size_t cpu_share__rows(size_t possible);

#endif
