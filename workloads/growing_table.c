// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/growing_table.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

/* A copy of a table has 64 slots at least (NR_OPEN_DEFAULT). */
#define FIRST 64
/* With fewer a table hardly grows at all. */
#define LEAST 256
/* Half a megabyte of pointers: the copying is still nothing beside the grace period. */
#define LARGEST 65536

static void *partner(void *argument)
{
	struct pollfd wake = {.fd = *(const int *)argument, .events = POLLIN};
	eventfd_t unit;

	pthread_setname_np(pthread_self(), "table-partner");
	/* In poll and not in read: it waits for work, not for a device. */
	while (poll(&wake, 1, -1) < 0 && errno == EINTR)
		;
	eventfd_read(wake.fd, &unit);
	return NULL;
}

static void dismiss(struct growing_table *table)
{
	if (!table->own)
		return;
	eventfd_write(table->wake, 1);
	pthread_join(table->partner, NULL);
	table->own = false;
}

static int renew(struct growing_table *table)
{
	int code;

	/* In this order: the large table goes with the partner. */
	if (unshare(CLONE_FILES))
		return -1;
	dismiss(table);
	code = pthread_create(&table->partner, NULL, partner, &table->wake);
	if (code) {
		errno = code;
		return -1;
	}
	table->own = true;
	table->next = FIRST;
	return 0;
}

int growing_table__open(struct growing_table *table)
{
	struct rlimit limit;

	*table = (struct growing_table){.wake = eventfd(0, EFD_CLOEXEC)};
	if (table->wake < 0)
		return -1;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		limit.rlim_cur = 0;
	table->limit = limit.rlim_cur < LARGEST ? (int)limit.rlim_cur : LARGEST;
	if (table->limit > LEAST)
		return 0;
	close(table->wake);
	errno = EMFILE;
	return -1;
}

int growing_table__prepare(struct growing_table *table)
{
	return table->own && table->next < table->limit ? 0 : renew(table);
}

int growing_table__grow(struct growing_table *table)
{
	/* Not dup2(2): another thread may have had a file there when the table was copied. */
	table->grown = fcntl(table->wake, F_DUPFD_CLOEXEC, table->next);
	return table->grown < 0 ? -1 : 0;
}

void growing_table__settle(struct growing_table *table)
{
	close(table->grown);
	table->next *= 2;
}

void growing_table__close(struct growing_table *table)
{
	dismiss(table);
	close(table->wake);
}
