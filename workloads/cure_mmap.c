// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Readers follow a file to which a writer appends a record every millisecond: an operation looks
 * how much there is and gets the newest record. Before: fstat and pread. After: the file is mapped
 * once, and the writer publishes its length there with an atomic store behind the record; no system
 * call is left but for the page faults, one a page.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/cure.h"
#include "workloads/failure.h"
#include "workloads/nameless.h"

#define HEADER 4096
#define PERIOD_NS INT64_C(1000000)
/* Operations between two looks at the stop flag. One of them is timed: to time each would show. */
#define BATCH 64
#define CURE_TORN CURE_OWN

/* All eight say the same: how many records came before this one. */
struct record {
	uint64_t number[8];
};

struct cure_mmap {
	const struct workload_options *options;
	int fd;
	int64_t room; /* records that the mapping has room for */
	size_t size; /* of the mapping */
	_Atomic uint64_t *published; /* how many records there are; the file's first eight bytes */
	const struct record *records;
	void *map;
};

static int cure_mmap__append(struct cure_mmap *follow, uint64_t number)
{
	struct record record;
	ssize_t n;

	for (int i = 0; i < 8; i++)
		record.number[i] = number;
	n = pwrite(follow->fd, &record, sizeof(record),
		   HEADER + (off_t)(number * sizeof(struct record)));
	if (n != (ssize_t)sizeof(record))
		return n < 0 ? -errno : -ENOSPC;
	atomic_store_explicit(follow->published, number + 1, memory_order_release);
	return 0;
}

static int cure_mmap__write(struct team_worker *worker)
{
	struct cure_mmap *follow = worker->shared;
	int64_t due = clock__now();
	int64_t number = 1;

	while (!team_worker__stopped(worker) && number < follow->room) {
		struct timespec until = clock__timespec(due += PERIOD_NS);

		if (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL))
			continue;
		errno = -cure_mmap__append(follow, (uint64_t)number++);
		if (errno)
			return team_worker__fail(worker, "cannot append to the file");
	}
	return 0;
}

static int look_by_calls(struct team_worker *worker, struct record *record, uint64_t *number)
{
	const struct cure_mmap *follow = worker->shared;
	struct stat status;

	worker->extra[CURE_CALLS]++;
	if (fstat(follow->fd, &status))
		return team_worker__fail(worker, "cannot look how long the file is");
	*number = (uint64_t)(status.st_size - HEADER) / sizeof(*record) - 1;
	return cure__pread(worker, follow->fd, record, sizeof(*record),
			   HEADER + (off_t)(*number * sizeof(*record)));
}

static int look_at_map(struct team_worker *worker, struct record *record, uint64_t *number)
{
	const struct cure_mmap *follow = worker->shared;

	*number = atomic_load_explicit(follow->published, memory_order_acquire) - 1;
	memcpy(record, &follow->records[*number], sizeof(*record));
	worker->extra[CURE_BYTES] += (int64_t)sizeof(*record);
	return 0;
}

static int cure_mmap__one(struct team_worker *worker)
{
	const struct cure_mmap *follow = worker->shared;
	struct record record = {0};
	uint64_t number = 0;
	int status = follow->options->way == WAY_BEFORE ? look_by_calls(worker, &record, &number)
							: look_at_map(worker, &record, &number);

	if (status)
		return status;
	for (int i = 0; i < 8; i++)
		if (record.number[i] != number) {
			worker->extra[CURE_TORN]++;
			break;
		}
	worker->operations++;
	return 0;
}

static int cure_mmap__batch(struct team_worker *worker)
{
	int64_t left = worker->quota - worker->operations;
	int64_t begin = clock__now();
	int status = cure_mmap__one(worker);

	latency__add(&worker->latency, clock__now() - begin);
	for (int i = 1; i < BATCH && i < left && !status; i++)
		status = cure_mmap__one(worker);
	return status;
}

static int cure_mmap__work(struct team_worker *worker)
{
	const struct cure_mmap *follow = worker->shared;
	int64_t begin = clock__now();
	int status = 0;

	if (worker->index == follow->options->threads)
		return cure_mmap__write(worker);
	while (!status && !team_worker__stopped(worker))
		status = cure_mmap__batch(worker);
	worker->operation_ns = clock__now() - begin;
	return status;
}

static int cure_mmap__open(struct cure_mmap *follow, char **error)
{
	int status;

	/* One is there before the first look, and the last is there a little late. */
	follow->room = follow->options->run_ns / PERIOD_NS + 2;
	follow->size = HEADER + (size_t)follow->room * sizeof(struct record);
	follow->fd = nameless__make(follow->options->dir, HEADER, error);
	if (follow->fd < 0)
		return follow->fd;
	follow->map = mmap(NULL, follow->size, PROT_READ | PROT_WRITE, MAP_SHARED, follow->fd, 0);
	if (follow->map == MAP_FAILED) {
		status = failure__set(error, errno, "cannot map a file of %zu bytes", follow->size);
		close(follow->fd);
		return status;
	}
	follow->published = follow->map;
	follow->records = (const void *)((const char *)follow->map + HEADER);
	return 0;
}

static int cure_mmap__measure(struct cure_mmap *follow, struct workload_run *run, char **error)
{
	struct team_totals totals = {0};
	struct team_plan plan;
	int status = cure_mmap__append(follow, 0);

	if (status)
		return failure__set(error, -status, "cannot write the first record");
	plan = workload_run__plan(run, cure_mmap__work, follow);
	plan.threads++;
	plan.helpers = 1;
	status = cure__run(run, &plan, &totals, error);
	if (status)
		return status;
	workload_run__add_int(run, "helper_threads", 1);
	workload_run__add_int(run, "records", (int64_t)atomic_load(follow->published));
	workload_run__add_int(run, "torn", totals.extra[CURE_TORN]);
	return 0;
}

int cure_mmap__run(struct workload_run *run, char **error)
{
	struct cure_mmap follow = {.options = &run->options};
	int status = cure_mmap__open(&follow, error);

	if (status)
		return status;
	status = cure_mmap__measure(&follow, run, error);
	munmap(follow.map, follow.size);
	close(follow.fd);
	return status;
}
