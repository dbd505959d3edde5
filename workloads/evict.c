// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/evict.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int evict__drop(int fd)
{
	return -posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
}

int evict__count(int fd, size_t size, struct evict_count *count)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t pages = (size + page - 1) / page;
	unsigned char *resident = malloc(pages);
	void *map;
	int status;

	if (!resident)
		return -ENOMEM;
	map = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED) {
		status = -errno;
		free(resident);
		return status;
	}
	status = mincore(map, size, resident) ? -errno : 0;
	for (size_t i = 0; !status && i < pages; i++) {
		count->pages++;
		count->resident += resident[i] & 1;
	}
	munmap(map, size);
	free(resident);
	return status;
}

double evict__ratio(const struct evict_count *count)
{
	return count->pages ? 1 - (double)count->resident / (double)count->pages : 0;
}
