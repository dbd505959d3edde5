// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The file-open storm: a service whose threads open, read and close many small files, some of which
 * are not in the page cache. No single cause is made to dominate: this is the case to be explained.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/evict.h"
#include "workloads/small_files.h"
#include "workloads/workload.h"

#define DEFAULT_FILES 2048
#define DEFAULT_FILE_SIZE 8192
/* One file in this many is evicted after it was read: the next to read it finds it cold. */
#define COLD_ONE_IN 8

enum { EXTRA_OPEN_NS, EXTRA_READ_NS, EXTRA_BYTES };

/* Reads the file to its end. */
static int read_all(struct team_worker *worker, int fd, void *buffer, size_t size)
{
	ssize_t n;

	do {
		n = read(fd, buffer, size);
		if (n > 0)
			worker->extra[EXTRA_BYTES] += n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 ? team_worker__fail(worker, "cannot read a file") : 0;
}

static int open_storm__one(struct team_worker *worker, int64_t index, void *buffer)
{
	const struct small_files *files = worker->shared;
	int64_t begin = clock__now(), opened, end;
	int fd = small_files__open(files, index);
	int status;

	if (fd < 0)
		return team_worker__fail(worker, "cannot open a file");
	opened = clock__now();
	status = read_all(worker, fd, buffer, files->size);
	end = clock__now();
	worker->extra[EXTRA_OPEN_NS] += opened - begin;
	worker->extra[EXTRA_READ_NS] += end - opened;
	team_worker__count(worker, begin, end);
	if (index % COLD_ONE_IN == 0)
		evict__drop(fd);
	close(fd);
	return status;
}

static int open_storm__work(struct team_worker *worker)
{
	const struct small_files *files = worker->shared;
	unsigned int random = (unsigned int)worker->index + 1;
	void *buffer = malloc(files->size);
	int status = 0;

	if (!buffer)
		return team_worker__fail(worker, "no memory for a file");
	while (!status && !team_worker__stopped(worker))
		status = open_storm__one(worker, rand_r(&random) % files->count, buffer);
	free(buffer);
	return status;
}

int open_storm__run(struct workload_run *run, char **error)
{
	const struct workload_options *options = &run->options;
	struct small_files files = {
		.count = options->files ? options->files : DEFAULT_FILES,
		.size = options->file_size ? (size_t)options->file_size : DEFAULT_FILE_SIZE,
	};
	struct team_totals totals = {0};
	int status = small_files__make(&files, options->dir, run->interrupt_fd, error);

	struct team_plan plan;

	if (status)
		return status;
	plan = workload_run__plan(run, open_storm__work, &files);
	status = team__run(&plan, &totals, error);
	small_files__remove(&files);
	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "files", files.count);
	workload_run__add_int(run, "bytes", totals.extra[EXTRA_BYTES]);
	workload_run__add_int(run, "open_ns", totals.extra[EXTRA_OPEN_NS]);
	workload_run__add_int(run, "read_ns", totals.extra[EXTRA_READ_NS]);
	return 0;
}
