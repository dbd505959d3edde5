// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads small files that are not in the page cache: the time goes into its first fill. Each thread
 * has files of its own, reads one and evicts it at once. That is cheap only there and then: pages
 * that wait in another CPU's list of new pages would make the kernel drain the lists of all CPUs
 * (generic_fadvise, mm/fadvise.c).
 *
 * The cure: files are announced (POSIX_FADV_WILLNEED) some before their turn, and the device reads
 * them meanwhile. And for comparison all files stay in memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/evict.h"
#include "workloads/failure.h"
#include "workloads/proc_number.h"
#include "workloads/small_files.h"
#include "workloads/workload.h"

#define DEFAULT_FILES 512
#define DEFAULT_FILE_SIZE 32768

/* Files that a thread announces before their turn, where it has so many. */
#define AHEAD 16

enum { EXTRA_BYTES, EXTRA_HIT_PAGES, EXTRA_MISSED_PAGES };

struct cold_read {
	struct small_files files;
	int threads;
	enum workload_advice advice;
};

/* Reads the file to its end. */
static int cold_read__read(struct team_worker *worker, int fd, void *buffer)
{
	const struct cold_read *cold = worker->shared;
	int64_t begin = clock__now();
	ssize_t n;

	do {
		n = read(fd, buffer, cold->files.size);
		if (n > 0)
			worker->extra[EXTRA_BYTES] += n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	team_worker__count(worker, begin, clock__now());
	return n < 0 ? team_worker__fail(worker, "cannot read a file") : 0;
}

/* How many files the thread has. */
static int64_t cold_read__own(const struct team_worker *worker)
{
	const struct cold_read *cold = worker->shared;

	return team__share(cold->files.count, cold->threads, worker->index);
}

/* The n-th file of the thread; after the last comes the first. */
static int cold_read__open(struct team_worker *worker, int64_t n)
{
	const struct cold_read *cold = worker->shared;
	int64_t turn = n % cold_read__own(worker);
	int fd = small_files__open(&cold->files, worker->index + turn * cold->threads);

	return fd < 0 ? team_worker__fail(worker, "cannot open a file") : fd;
}

static int cold_read__announce(struct team_worker *worker, int64_t n)
{
	int fd = cold_read__open(worker, n);

	if (fd < 0)
		return fd;
	posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED);
	close(fd);
	return 0;
}

/* What of the file is in memory now, page by page. */
static int cold_read__look(struct team_worker *worker, int fd)
{
	const struct cold_read *cold = worker->shared;
	struct evict_count count = {0};
	int status = evict__count(fd, cold->files.size, &count);

	if (status) {
		errno = -status;
		return team_worker__fail(worker, "cannot look what is in memory");
	}
	worker->extra[EXTRA_HIT_PAGES] += count.resident;
	worker->extra[EXTRA_MISSED_PAGES] += count.pages - count.resident;
	return 0;
}

static int cold_read__one(struct team_worker *worker, int64_t n, void *buffer)
{
	const struct cold_read *cold = worker->shared;
	int fd = cold_read__open(worker, n);
	int status = fd < 0 ? fd : cold_read__look(worker, fd);

	if (!status)
		status = cold_read__read(worker, fd, buffer);
	if (!status && cold->advice != ADVICE_WARM)
		evict__drop(fd);
	if (fd >= 0)
		close(fd);
	return status;
}

static int cold_read__work(struct team_worker *worker)
{
	const struct cold_read *cold = worker->shared;
	int64_t own = cold_read__own(worker);
	int64_t ahead = own > AHEAD ? AHEAD : own - 1;
	void *buffer = malloc(cold->files.size);
	int status = 0;

	if (!buffer)
		return team_worker__fail(worker, "no memory for a file");
	if (cold->advice != ADVICE_WILLNEED)
		ahead = 0;
	for (int64_t n = 0; n < ahead && !status; n++)
		status = cold_read__announce(worker, n);
	for (int64_t n = 0; !status && !team_worker__stopped(worker); n++) {
		if (ahead)
			status = cold_read__announce(worker, n + ahead);
		if (!status)
			status = cold_read__one(worker, n, buffer);
	}
	free(buffer);
	return status;
}

/* How much of all files is out of the page cache; evicts them first if asked to. */
static int cold_read__evicted(const struct cold_read *cold, bool evict, double *ratio, char **error)
{
	struct evict_count count = {0};
	int status = 0;

	for (int64_t i = 0; i < cold->files.count && !status; i++) {
		int fd = small_files__open(&cold->files, i);

		status = fd < 0 ? -errno : 0;
		if (!status && evict)
			status = evict__drop(fd);
		if (!status)
			status = evict__count(fd, cold->files.size, &count);
		if (fd >= 0)
			close(fd);
	}
	*ratio = evict__ratio(&count);
	if (status)
		return failure__set(error, -status, "cannot evict the files in '%s'",
				    cold->files.scratch.path);
	return 0;
}

static void cold_read__report(struct workload_run *run, const struct cold_read *cold,
			      const struct team_totals *totals)
{
	static const char *const advices[] = {
		[ADVICE_NONE] = "none", [ADVICE_WILLNEED] = "willneed", [ADVICE_WARM] = "warm"};
	int64_t hit = totals->extra[EXTRA_HIT_PAGES];
	int64_t missed = totals->extra[EXTRA_MISSED_PAGES];

	workload_run__report(run, totals);
	workload_run__add_text(run, "advice", advices[cold->advice]);
	workload_run__add_int(run, "files", cold->files.count);
	workload_run__add_int(run, "file_size", (int64_t)cold->files.size);
	workload_run__add_int(run, "bytes", totals->extra[EXTRA_BYTES]);
	workload_run__add_int(run, "hit_pages", hit);
	workload_run__add_int(run, "missed_pages", missed);
	workload_run__add_double(run, "hit_share",
				 hit + missed ? (double)hit / (double)(hit + missed) : 0);
}

static int cold_read__measure(struct cold_read *cold, struct workload_run *run, char **error)
{
	bool evict = cold->advice != ADVICE_WARM;
	struct team_totals totals = {0};
	struct team_plan plan;
	int64_t device_bytes;
	double before, after;
	int status = cold_read__evicted(cold, evict, &before, error);

	if (status)
		return status;
	if (evict && before < EVICT_COLD)
		return failure__set(error, EOPNOTSUPP,
				    "%.0f%% of the files in '%s' stay in memory; choose a "
				    "directory on a disk with --dir",
				    100 * (1 - before), cold->files.scratch.path);
	device_bytes = proc_number__read("self/io", "read_bytes");
	plan = workload_run__plan(run, cold_read__work, cold);
	status = team__run(&plan, &totals, error);
	if (status)
		return status;
	/* An account the kernel does not keep stays -1. */
	if (device_bytes >= 0)
		device_bytes = proc_number__read("self/io", "read_bytes") - device_bytes;
	status = cold_read__evicted(cold, false, &after, error);
	if (status)
		return status;
	cold_read__report(run, cold, &totals);
	workload_run__add_int(run, "device_bytes", device_bytes);
	workload_run__add_double(run, "evicted_before", before);
	workload_run__add_double(run, "evicted_after", after);
	return 0;
}

int cold_read__run(struct workload_run *run, char **error)
{
	const struct workload_options *options = &run->options;
	struct cold_read cold = {
		.threads = (int)options->threads,
		.advice = (enum workload_advice)options->advice,
		.files.count = options->files			  ? options->files
			       : options->threads > DEFAULT_FILES ? options->threads
								  : DEFAULT_FILES,
		.files.size = options->file_size ? (size_t)options->file_size : DEFAULT_FILE_SIZE,
	};
	int status = small_files__make(&cold.files, options->dir, run->interrupt_fd, error);

	if (status)
		return status;
	status = cold_read__measure(&cold, run, error);
	small_files__remove(&cold.files);
	return status;
}
