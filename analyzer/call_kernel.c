// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/call_kernel.h"

#include <stddef.h>
#include <sys/syscall.h>

/* arch/x86/entry/syscalls/syscall_32.tbl */
#define COMPAT(nr) (SYSCALL_COMPAT | (nr))

static const int64_t reads[] = {
	SYS_read,
	SYS_pread64,
	SYS_readv,
	SYS_preadv,
	SYS_preadv2,
	/* x32: readv, preadv, preadv2 */
	515,
	534,
	546,
	/* read, readv, pread64, preadv, preadv2 */
	COMPAT(3),
	COMPAT(145),
	COMPAT(180),
	COMPAT(333),
	COMPAT(378),
};

static const int64_t writes[] = {
	SYS_write,
	SYS_pwrite64,
	SYS_writev,
	SYS_pwritev,
	SYS_pwritev2,
	/* x32: writev, pwritev, pwritev2 */
	516,
	535,
	547,
	/* write, writev, pwrite64, pwritev, pwritev2 */
	COMPAT(4),
	COMPAT(146),
	COMPAT(181),
	COMPAT(334),
	COMPAT(379),
};

static const int64_t both[] = {
	SYS_sendfile,
	SYS_copy_file_range,
	/* sendfile, sendfile64, copy_file_range */
	COMPAT(187),
	COMPAT(239),
	COMPAT(377),
};

#define HAS(list, nr) has((list), sizeof(list) / sizeof((list)[0]), (nr))

static bool has(const int64_t *list, size_t count, int64_t nr)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == nr)
			return true;
	return false;
}

enum store_io_count call_kernel__count(int64_t nr)
{
	if (HAS(reads, nr))
		return IO_READ_CALLS;
	return HAS(writes, nr) ? IO_WRITE_CALLS : NO_IO_COUNT;
}

bool call_kernel__counts_twice(int64_t nr)
{
	return HAS(both, nr);
}
