// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * half_cached prepare FILE: a file every second page of which is in the page cache.
 * half_cached read FILE: counts these pages, then reads all pages, a call each, and prints what it
 * knows: {"pages": n, "resident": n, "calls": n, "bytes": n}.
 * Pages are counted by mincore(2), and by cachestat(2) where there is one (Linux 6.5).
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 4096
#define CACHESTAT 451 /* on every architecture: include/uapi/asm-generic/unistd.h */

static size_t page;

static void write_pages(int fd)
{
	char *bytes = malloc(page);

	memset(bytes, 'x', page);
	for (int i = 0; i < PAGES; i++)
		if (write(fd, bytes, page) != (ssize_t)page)
			err(1, "write");
	free(bytes);
}

static void read_pages(int fd, int step)
{
	char *bytes = malloc(page);

	/* No readahead: what is read is one page, and what it brings is one page. */
	if (posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM))
		errx(1, "posix_fadvise");
	for (int i = 0; i < PAGES; i += step)
		if (pread(fd, bytes, page, (off_t)((size_t)i * page)) != (ssize_t)page)
			err(1, "pread");
	free(bytes);
}

static int count_by_mincore(int fd)
{
	unsigned char *resident = calloc(PAGES, 1);
	void *mapped = mmap(NULL, PAGES * page, PROT_READ, MAP_SHARED, fd, 0);
	int count = 0;

	if (mapped == MAP_FAILED || mincore(mapped, PAGES * page, resident))
		err(1, "mincore");
	for (int i = 0; i < PAGES; i++)
		count += resident[i] & 1;
	munmap(mapped, PAGES * page);
	free(resident);
	return count;
}

static void compare_with_cachestat(int fd, int count)
{
	struct {
		uint64_t offset, length;
	} range = {0, PAGES * page};
	struct {
		uint64_t cached, dirty, writeback, evicted, recently_evicted;
	} stat = {0};

	if (syscall(CACHESTAT, fd, &range, &stat, 0)) {
		if (errno != ENOSYS)
			err(1, "cachestat");
		return;
	}
	if (stat.cached != (uint64_t)count)
		errx(1, "mincore counts %d pages, cachestat %ju", count, (uintmax_t)stat.cached);
}

int main(int argc, char **argv)
{
	int fd, resident;

	if (argc != 3)
		errx(2, "usage: half_cached prepare|read FILE");
	page = (size_t)sysconf(_SC_PAGESIZE);
	fd = open(argv[2], O_RDWR | O_CREAT, 0600);
	if (fd < 0)
		err(1, "%s", argv[2]);
	if (!strcmp(argv[1], "prepare")) {
		write_pages(fd);
		if (fsync(fd) || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
			err(1, "emptying the cache");
		read_pages(fd, 2);
		return 0;
	}
	resident = count_by_mincore(fd);
	compare_with_cachestat(fd, resident);
	read_pages(fd, 1);
	printf("{\"pages\": %d, \"resident\": %d, \"calls\": %d, \"bytes\": %zu}\n", PAGES,
	       resident, PAGES, PAGES * page);
	return 0;
}
