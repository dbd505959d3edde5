// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Threads read pages of a large file that is not in memory, in an order that no readahead can
 * guess: every read waits for the device.
 *
 * random: any page. holes: each thread jumps forward over pages that nobody wants, each time over
 * another number, so that no stream is seen (page_cache_sync_ra, mm/readahead.c, takes a small read
 * that follows no other for a random one, and fetches just that). same-page: all threads read the
 * same pages in the same order; who comes first fetches the page, the others wait for its lock, and
 * all go on together.
 *
 * Pages are evicted some reads later, so that none is in a CPU's list of new pages any more: else
 * the kernel would drain the lists of all CPUs (generic_fadvise, mm/fadvise.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <unistd.h>

#include "workloads/chance.h"
#include "workloads/clock.h"
#include "workloads/failure.h"
#include "workloads/nameless.h"
#include "workloads/own_mount.h"
#include "workloads/proc_number.h"
#include "workloads/scratch.h"
#include "workloads/workload.h"

#define PAGE_SIZE 4096
#define DEFAULT_SIZE (64 << 20)
/* So many that a page read is hardly among those that wait to be evicted. */
#define MIN_SIZE (4 << 20)
/* Pages jumped over: after one alone the kernel still sees a stream (index - prev_index <= 1). */
#define HOLE_MIN 2
#define HOLE_MAX 32
/* How many reads later a page is evicted. */
#define BEHIND 64
/* A prime, so that it leads through all pages, whose number is a multiple of it by mischief only.
 */
#define STRIDE 7919

struct readahead_defeat {
	enum workload_pattern pattern;
	int64_t seed;
	int file;
	int64_t pages;
};

struct reader {
	const struct readahead_defeat *defeat;
	int fd; /* opened by this thread: the kernel's guesses are kept with it (file_ra_state) */
	struct chance chance;
	int64_t reads;
	int64_t page;
	int64_t behind[BEHIND]; /* the pages of the last reads */
	bool evicts;
};

static const char *const pattern_names[] = {
	[PATTERN_RANDOM] = "random", [PATTERN_HOLES] = "holes", [PATTERN_SAME_PAGE] = "same-page"};
static const char *const fs_names[] = {[FS_HERE] = "here", [FS_EXT4] = "ext4", [FS_XFS] = "xfs"};

static int64_t reader__next(struct reader *reader)
{
	int64_t pages = reader->defeat->pages;

	switch (reader->defeat->pattern) {
	case PATTERN_HOLES:
		return (reader->page + 1 + HOLE_MIN +
			chance__below(&reader->chance, HOLE_MAX - HOLE_MIN + 1)) %
		       pages;
	case PATTERN_SAME_PAGE:
		return (reader->page + STRIDE) % pages;
	case PATTERN_RANDOM:
		break;
	}
	return chance__below(&reader->chance, pages);
}

/*
 * Whom others may follow evicts at the other end of the file: who fell behind finds the pages in
 * memory, and catches up.
 */
static int reader__evict(struct reader *reader)
{
	const struct readahead_defeat *defeat = reader->defeat;
	int64_t *slot = &reader->behind[reader->reads++ % BEHIND];
	int64_t page = reader->reads > BEHIND ? *slot : -1;

	*slot = reader->page;
	if (defeat->pattern == PATTERN_SAME_PAGE)
		page = (reader->page + defeat->pages / 2 * STRIDE) % defeat->pages;
	if (page < 0 || !reader->evicts)
		return 0;
	errno = posix_fadvise(reader->fd, page * PAGE_SIZE, PAGE_SIZE, POSIX_FADV_DONTNEED);
	return errno ? -1 : 0;
}

static int reader__read(struct reader *reader, struct team_worker *worker)
{
	char buffer[PAGE_SIZE];

	while (!team_worker__stopped(worker)) {
		int64_t begin = clock__now();

		if (pread(reader->fd, buffer, PAGE_SIZE, reader->page * PAGE_SIZE) != PAGE_SIZE)
			return team_worker__fail(worker, "cannot read a page");
		team_worker__count(worker, begin, clock__now());
		if (reader__evict(reader))
			return team_worker__fail(worker, "cannot evict a page");
		reader->page = reader__next(reader);
	}
	return 0;
}

static int readahead_defeat__work(struct team_worker *worker)
{
	const struct readahead_defeat *defeat = worker->shared;
	bool alike = defeat->pattern == PATTERN_SAME_PAGE;
	struct reader reader = {
		.defeat = defeat,
		.chance = chance__of(defeat->seed, alike ? 0 : worker->index),
		.evicts = !alike || worker->index == 0,
	};
	int status;

	reader.fd = nameless__reopen(defeat->file);
	if (reader.fd < 0)
		return team_worker__fail(worker, "cannot open the file");
	reader.page = chance__below(&reader.chance, defeat->pages);
	status = reader__read(&reader, worker);
	close(reader.fd);
	return status;
}

static int readahead_defeat__measure(struct readahead_defeat *defeat, struct workload_run *run,
				     char **error)
{
	const struct workload_options *options = &run->options;
	int64_t size = defeat->pages * PAGE_SIZE;
	struct team_totals totals = {0};
	struct team_plan plan;
	int64_t device_bytes;
	int status = nameless__fill(defeat->file, size, run->interrupt_fd, error);

	if (!status)
		status = nameless__evict(defeat->file, size, scratch__parent(options->dir), error);
	if (status)
		return status;
	device_bytes = proc_number__read("self/io", "read_bytes");
	plan = workload_run__plan(run, readahead_defeat__work, defeat);
	status = team__run(&plan, &totals, error);
	if (status)
		return status;
	/* An account the kernel does not keep stays -1. */
	if (device_bytes >= 0)
		device_bytes = proc_number__read("self/io", "read_bytes") - device_bytes;
	workload_run__report(run, &totals);
	json_object_object_add(run->report, "pattern",
			       json_object_new_string(pattern_names[defeat->pattern]));
	json_object_object_add(run->report, "fs", json_object_new_string(fs_names[options->fs]));
	workload_run__add_int(run, "delay_ms", options->delay_ms);
	workload_run__add_int(run, "seed", defeat->seed);
	workload_run__add_int(run, "file_size", size);
	workload_run__add_int(run, "bytes", totals.operations * PAGE_SIZE);
	workload_run__add_int(run, "device_bytes", device_bytes);
	return 0;
}

static int readahead_defeat__open(struct own_mount *mount, const struct workload_options *options,
				  int64_t size, char **error)
{
	const struct own_mount_plan plan = {
		.type = fs_names[options->fs],
		.parent = options->dir,
		.room = size,
		.delay_ms = options->delay_ms,
	};
	int status, file;

	if (options->fs == FS_HERE)
		return nameless__open(options->dir, error);
	status = own_mount__open(mount, &plan, error);
	if (status)
		return status;
	file = openat(mount->root, "file", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		return failure__set(error, errno, "cannot make a file in the new file system");
	return file;
}

int readahead_defeat__run(struct workload_run *run, char **error)
{
	struct own_mount mount = OWN_MOUNT_NONE;
	const struct workload_options *options = &run->options;
	int64_t size = options->file_size ? options->file_size : DEFAULT_SIZE;
	struct readahead_defeat defeat = {.seed = options->seed, .pages = size / PAGE_SIZE};
	int status;

	if (size < MIN_SIZE)
		return failure__set(error, EINVAL, "--file-size: give at least %d", MIN_SIZE);
	defeat.pattern = (enum workload_pattern)options->pattern;
	status = defeat.file = readahead_defeat__open(&mount, options, size, error);
	if (status >= 0) {
		status = readahead_defeat__measure(&defeat, run, error);
		close(defeat.file);
	}
	own_mount__close(&mount);
	return status;
}
