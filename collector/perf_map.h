/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Names of code that a JIT compiler made: /tmp/perf-PID.map, a line "start size name" in
 * hexadecimal for each function (Linux source, tools/perf/Documentation/jit-interface.txt).
 */
#ifndef WALLFLAME_COLLECTOR_PERF_MAP_H
#define WALLFLAME_COLLECTOR_PERF_MAP_H

#include <stdint.h>
#include <sys/types.h>

struct perf_map;

/*
 * Opens the map of a living process, in its own mount and PID namespace. Returns a descriptor, or
 * -1 when there is none or when it does not belong to the process's user: another user could put
 * false names there.
 */
int perf_map__open(pid_t pid);
/* Reads the map. The descriptor stays the caller's. Never NULL. */
struct perf_map *perf_map__read(int fd);
void perf_map__free(struct perf_map *map);
/* The function that holds the address, or NULL; *start gets its first address. */
const char *perf_map__find(const struct perf_map *map, uint64_t address, uint64_t *start);

#endif
