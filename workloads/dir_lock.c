// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Threads create, link and unlink in one directory, and one file in it is busy: a helper thread
 * reads it with O_DIRECT, which holds the file's i_rwsem shared until the device has answered (ext4
 * and xfs do so; see ext4_dio_read_iter, fs/ext4/file.c). Linking and unlinking it wants that lock
 * exclusively, and waits for it with the directory's own lock in hand (vfs_link and vfs_unlink,
 * fs/namei.c). So all wait for i_rwsem, and they sleep, because the holder does: were the lock
 * held by a running thread, waiters would spin, and the file system's CPU time would be as large as
 * their waiting.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/failure.h"
#include "workloads/scratch.h"
#include "workloads/workload.h"

/* Some milliseconds of an ordinary disk; the reader takes the lock for one read at a time. */
#define BUSY_SIZE (8 << 20)
#define BUSY_NAME "busy"
/* What O_DIRECT wants buffers to be aligned to is at most this. */
#define ALIGNMENT 4096

enum { EXTRA_READS };

struct dir_lock {
	struct scratch scratch;
	int threads; /* the team has one more: the reader */
};

static int dir_lock__create(struct team_worker *worker, int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return team_worker__fail(worker, "cannot create a file");
	close(fd);
	return 0;
}

static int dir_lock__link(struct team_worker *worker, int dir, const char *name)
{
	if (linkat(dir, BUSY_NAME, dir, name, 0))
		return team_worker__fail(worker, "cannot make a link");
	return 0;
}

static int dir_lock__unlink(struct team_worker *worker, int dir, const char *name)
{
	if (unlinkat(dir, name, 0))
		return team_worker__fail(worker, "cannot unlink a file");
	return 0;
}

/* One turn of a thread after the other; each is an operation. */
static int (*const changes[])(struct team_worker *worker, int dir, const char *name) = {
	dir_lock__create, dir_lock__unlink, dir_lock__link, dir_lock__unlink};
#define CHANGES (sizeof(changes) / sizeof(changes[0]))

static int dir_lock__change(struct team_worker *worker)
{
	const struct dir_lock *lock = worker->shared;
	int dir = lock->scratch.fd;
	char name[32];
	int status = 0;

	snprintf(name, sizeof(name), "file-%d", worker->index);
	for (size_t turn = 0; !status && !team_worker__stopped(worker); turn++) {
		int64_t begin = clock__now();

		status = changes[turn % CHANGES](worker, dir, name);
		if (!status)
			team_worker__count(worker, begin, clock__now());
	}
	return status;
}

static int dir_lock__read(struct team_worker *worker)
{
	const struct dir_lock *lock = worker->shared;
	int fd = openat(lock->scratch.fd, BUSY_NAME, O_RDONLY | O_DIRECT | O_CLOEXEC);
	void *buffer = aligned_alloc(ALIGNMENT, BUSY_SIZE);
	int status = 0;

	if (fd < 0)
		status = team_worker__fail(
			worker, "cannot read past the page cache; choose a directory on a disk "
				"with --dir");
	else if (!buffer)
		status = team_worker__fail(worker, "no memory for the busy file");
	while (!status && !team_worker__stopped(worker)) {
		ssize_t n = pread(fd, buffer, BUSY_SIZE, 0);

		if (n < 0 && errno != EINTR)
			status = team_worker__fail(worker, "cannot read the busy file");
		worker->extra[EXTRA_READS] += n > 0;
	}
	free(buffer);
	if (fd >= 0)
		close(fd);
	return status;
}

static int dir_lock__work(struct team_worker *worker)
{
	const struct dir_lock *lock = worker->shared;

	return worker->index < lock->threads ? dir_lock__change(worker) : dir_lock__read(worker);
}

/* In memory nobody waits for a device: the lock would be held by running threads only. */
static int dir_lock__need_disk(const struct dir_lock *lock, char **error)
{
	struct statfs fs;

	if (fstatfs(lock->scratch.fd, &fs))
		return failure__set(error, errno, "cannot examine '%s'", lock->scratch.path);
	if (fs.f_type != TMPFS_MAGIC && fs.f_type != RAMFS_MAGIC)
		return 0;
	return failure__set(error, EOPNOTSUPP,
			    "'%s' is in memory; choose a directory on a disk with --dir",
			    lock->scratch.path);
}

static int dir_lock__measure(struct dir_lock *lock, struct workload_run *run, char **error)
{
	struct team_totals totals = {0};
	struct team_plan plan;
	int status = scratch__write(&lock->scratch, BUSY_NAME, BUSY_SIZE);

	if (status)
		return failure__set(error, -status, "cannot write a file in '%s'",
				    lock->scratch.path);
	plan = workload_run__plan(run, dir_lock__work, lock);
	plan.threads = lock->threads + 1;
	plan.helpers = 1;
	status = team__run(&plan, &totals, error);
	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "helper_threads", 1);
	workload_run__add_int(run, "busy_reads", totals.extra[EXTRA_READS]);
	return 0;
}

int dir_lock__run(struct workload_run *run, char **error)
{
	struct dir_lock lock = {.threads = (int)run->options.threads};
	int status = scratch__open(&lock.scratch, run->options.dir, error);

	if (status)
		return status;
	status = dir_lock__need_disk(&lock, error);
	if (!status)
		status = dir_lock__measure(&lock, run, error);
	scratch__close(&lock.scratch);
	return status;
}
