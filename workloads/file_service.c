// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A small file service, as services are: requests come through one queue, and many threads take
 * them from it. Most open a small file and read it, one file in eight is cold; every fourth request
 * writes a new file and renames it over the old one, which takes the lock of the directory that
 * all opens go through. Nothing is made to dominate: the workload's own clock says what did, part
 * by part, and so what a profiler should say of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "workloads/chance.h"
#include "workloads/clock.h"
#include "workloads/evict.h"
#include "workloads/failure.h"
#include "workloads/parts.h"
#include "workloads/request_queue.h"
#include "workloads/small_files.h"
#include "workloads/workload.h"

#define DEFAULT_FILES 1024
#define DEFAULT_FILE_SIZE 8192
/* A file that is read is evicted then when its number can be divided by this. */
#define COLD_ONE_IN 8
/* A request renews a file instead; a cold one stays as it is: what was just written is in memory.
 */
#define RENEW_ONE_IN 4

enum {
	EXTRA_MUTEX_NS,
	EXTRA_IDLE_NS,
	EXTRA_OPEN_NS,
	EXTRA_READ_NS,
	EXTRA_RENEW_NS,
	EXTRA_READS,
	EXTRA_RENEWALS,
	EXTRA_COLD,
};

struct file_service {
	struct request_queue queue;
	struct small_files files;
	int64_t seed;
	int threads; /* the team has one more, which brings the requests */
};

static int file_service__path(const struct file_service *service, char path[PATH_MAX],
			      const char *kind, int64_t number)
{
	int n = snprintf(path, PATH_MAX, "%s/%s-%lld", service->files.scratch.path, kind,
			 (long long)number);

	if (n < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

static int file_service__read(struct team_worker *worker, int64_t file, char *buffer)
{
	const struct file_service *service = worker->shared;
	int64_t begin = clock__now(), opened;
	char path[PATH_MAX];
	int fd = -1;
	ssize_t n;

	if (!file_service__path(service, path, "file", file))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return team_worker__fail(worker, "cannot open a file");
	opened = clock__now();
	do
		n = read(fd, buffer, service->files.size);
	while (n > 0 || (n < 0 && errno == EINTR));
	worker->extra[EXTRA_OPEN_NS] += opened - begin;
	worker->extra[EXTRA_READ_NS] += clock__now() - opened;
	worker->extra[EXTRA_READS]++;
	if (file % COLD_ONE_IN == 0) {
		evict__drop(fd);
		worker->extra[EXTRA_COLD]++;
	}
	close(fd);
	return n < 0 ? team_worker__fail(worker, "cannot read a file") : 0;
}

static int file_service__write_new(const struct file_service *service, const char *path,
				   const char *data)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t n;

	if (fd < 0)
		return -1;
	do
		n = write(fd, data, service->files.size);
	while (n < 0 && errno == EINTR);
	if (close(fd) || n < 0)
		return -1;
	return 0;
}

static int file_service__renew(struct team_worker *worker, int64_t file, const char *data)
{
	const struct file_service *service = worker->shared;
	char path[PATH_MAX], new_path[PATH_MAX];
	int64_t begin = clock__now();

	if (file_service__path(service, path, "file", file) ||
	    file_service__path(service, new_path, "new", worker->index) ||
	    file_service__write_new(service, new_path, data) || rename(new_path, path))
		return team_worker__fail(worker, "cannot renew a file");
	worker->extra[EXTRA_RENEW_NS] += clock__now() - begin;
	worker->extra[EXTRA_RENEWALS]++;
	return 0;
}

static int file_service__serve(struct team_worker *worker)
{
	struct file_service *service = worker->shared;
	char *buffer = calloc(1, service->files.size);
	struct request request;
	int status = 0;

	if (!buffer)
		return team_worker__fail(worker, "no memory for a file");
	/* Told to stop in time, it still serves what was brought. */
	while (!status && worker->operations < worker->quota &&
	       request_queue__take(&service->queue, &request, &worker->extra[EXTRA_MUTEX_NS],
				   &worker->extra[EXTRA_IDLE_NS])) {
		int64_t begin = clock__now();

		status = request.renew ? file_service__renew(worker, request.file, buffer)
				       : file_service__read(worker, request.file, buffer);
		if (!status)
			team_worker__count(worker, begin, clock__now());
	}
	free(buffer);
	return status;
}

static void file_service__bring(struct team_worker *worker)
{
	struct file_service *service = worker->shared;
	struct chance chance = chance__of(service->seed, worker->index);

	while (!team_worker__stopped(worker)) {
		struct request request = {.file = chance__below(&chance, service->files.count)};

		request.renew = request.file % COLD_ONE_IN != 0 &&
				chance__below(&chance, RENEW_ONE_IN) == 0;
		while (!team_worker__stopped(worker) &&
		       !request_queue__give(&service->queue, &request))
			;
	}
	request_queue__close(&service->queue);
}

static int file_service__work(struct team_worker *worker)
{
	const struct file_service *service = worker->shared;

	if (worker->index < service->threads)
		return file_service__serve(worker);
	file_service__bring(worker);
	return 0;
}

/* What is left of the threads' lives is other work: closing, evicting. */
static const struct part parts[] = {
	{"futex_wait_ns", "queue-mutex", EXTRA_MUTEX_NS},
	{"idle_ns", "no-work", EXTRA_IDLE_NS},
	{"open_ns", "open", EXTRA_OPEN_NS},
	{"read_ns", "read", EXTRA_READ_NS},
	{"renew_ns", "create+rename", EXTRA_RENEW_NS},
};

/* Those that are cold later are so from the beginning. */
static int file_service__evict(const struct file_service *service, char **error)
{
	int status = 0;

	for (int64_t i = 0; i < service->files.count && !status; i += COLD_ONE_IN) {
		int fd = small_files__open(&service->files, i);

		status = fd < 0 ? -errno : evict__drop(fd);
		if (fd >= 0)
			close(fd);
	}
	return status ? failure__set(error, -status, "cannot evict the files in '%s'",
				     service->files.scratch.path)
		      : 0;
}

static int file_service__measure(struct file_service *service, struct workload_run *run,
				 char **error)
{
	struct team_totals totals = {0};
	struct team_plan plan;
	int status = file_service__evict(service, error);

	if (status)
		return status;
	plan = workload_run__plan(run, file_service__work, service);
	plan.threads = service->threads + 1;
	plan.helpers = 1;
	plan.helper = "requests";
	status = team__run(&plan, &totals, error);
	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "helper_threads", 1);
	workload_run__add_int(run, "seed", service->seed);
	workload_run__add_int(run, "files", service->files.count);
	workload_run__add_int(run, "reads", totals.extra[EXTRA_READS]);
	workload_run__add_int(run, "cold_reads", totals.extra[EXTRA_COLD]);
	workload_run__add_int(run, "renewals", totals.extra[EXTRA_RENEWALS]);
	parts__report(run, &totals, parts, sizeof(parts) / sizeof(parts[0]));
	return 0;
}

int file_service__run(struct workload_run *run, char **error)
{
	const struct workload_options *options = &run->options;
	struct file_service service = {
		.queue = REQUEST_QUEUE_INITIALIZER,
		.seed = options->seed,
		.threads = (int)options->threads,
		.files.count = options->files ? options->files : DEFAULT_FILES,
		.files.size = options->file_size ? (size_t)options->file_size : DEFAULT_FILE_SIZE,
	};
	int status = small_files__make(&service.files, options->dir, run->interrupt_fd, error);

	if (status)
		return status;
	status = file_service__measure(&service, run, error);
	small_files__remove(&service.files);
	return status;
}
