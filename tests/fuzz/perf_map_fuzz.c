// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A JIT's map of its code from anywhere. */
#include "collector/perf_map.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void ask(const struct perf_map *map, uint64_t address)
{
	uint64_t start = 0;
	const char *name = perf_map__find(map, address, &start);

	if (name && (!*name || start > address))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	int fd = memfd_create("map", MFD_CLOEXEC);
	struct perf_map *map;

	if (fd < 0)
		return 0;
	if (write(fd, bytes, size) == (ssize_t)size && !lseek(fd, 0, SEEK_SET)) {
		map = perf_map__read(fd);
		for (unsigned int shift = 0; shift < 64; shift++) {
			ask(map, 1ULL << shift);
			ask(map, UINT64_MAX >> shift);
		}
		ask(map, 0);
		perf_map__free(map);
	}
	close(fd);
	return 0;
}
