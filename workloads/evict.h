/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Taking files out of the page cache, and looking whether they are really out. */
#ifndef WALLFLAME_WORKLOADS_EVICT_H
#define WALLFLAME_WORKLOADS_EVICT_H

#include <stddef.h>
#include <stdint.h>

/* Pages of files, counted by mincore(2). */
struct evict_count {
	int64_t pages;
	int64_t resident;
};

/* With fewer of its pages than this out of memory, reading a file is not reading it cold. */
#define EVICT_COLD 0.9

/* Asks the kernel to drop the file's pages. Returns 0 or a negative errno. */
int evict__drop(int fd);
/* Adds the file's pages. Returns 0 or a negative errno. */
int evict__count(int fd, size_t size, struct evict_count *count);
/* How many of the pages are out of memory: 0 to 1. */
double evict__ratio(const struct evict_count *count);

#endif
