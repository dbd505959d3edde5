// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Does known numbers of things, and nothing else, between two lines of its standard input:
 *
 *   ready    all threads and files are there
 *   <line>   works, one kind of work after the other
 *   {...}    what was done
 *   <line>   ends
 *
 * A capture between `ready` and the second line sees exactly these things: threads wait for pipes,
 * for futexes of the waiting itself would be counted too.
 *
 * Usage: wallflame-exact TMPFS DISK    two directories for its files
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define WRITERS 4
#define FUTEX_NS 1000000
#define PAGE ((size_t)4096)
#define PAGES 1000
/* Long enough for a writer to lose its CPU inside the lock now and then, so that others must sleep.
 */
#define WRITE_BYTES (64 * PAGE)

struct worker {
	const char *name; /* of the thread, and of its number in the output */
	int (*work)(struct worker *worker); /* an errno, or 0 */
	const char *path;
	int operations;
	int file;
	int gate[2], done[2];
	int status;
	long sleeps; /* voluntary switches while it worked */
	pthread_t thread;
};

static int open_and_close(struct worker *worker)
{
	for (int i = 0; i < worker->operations; i++) {
		int file = openat(AT_FDCWD, worker->path, O_RDONLY | O_CLOEXEC);

		if (file < 0 || close(file))
			return errno;
	}
	return 0;
}

/* write(2) to a file in memory takes its i_rwsem once (mm/shmem.c, mm/filemap.c:
 * *_file_write_iter). */
static int write_shared(struct worker *worker)
{
	static const char bytes[WRITE_BYTES];

	for (int i = 0; i < worker->operations; i++)
		if (pwrite(worker->file, bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
			return EIO;
	return 0;
}

static int wait_on_futex(struct worker *worker)
{
	const struct timespec timeout = {.tv_nsec = FUTEX_NS};
	uint32_t word = 0;

	for (int i = 0; i < worker->operations; i++) {
		syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &timeout, NULL, 0);
		if (errno != ETIMEDOUT)
			return errno;
	}
	return 0;
}

static int read_cold(struct worker *worker)
{
	static char page[PAGE];

	for (int i = 0; i < worker->operations; i++)
		if (pread(worker->file, page, PAGE, (off_t)i * (off_t)PAGE) != (ssize_t)PAGE)
			return EIO;
	return 0;
}

static long sleeps_now(void)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nvcsw;
}

/* Waits in poll(2): that is to be idle, and no lock or pipe is waited for. */
static bool get(int file, char *byte)
{
	struct pollfd wanted = {.fd = file, .events = POLLIN};

	while (poll(&wanted, 1, -1) < 0)
		if (errno != EINTR)
			return false;
	return read(file, byte, 1) == 1;
}

static void *run(void *argument)
{
	struct worker *worker = argument;
	char byte;

	prctl(PR_SET_NAME, worker->name);
	worker->sleeps = -1;
	if (write(worker->done[1], "", 1) != 1 || !get(worker->gate[0], &byte))
		return NULL;
	worker->sleeps = sleeps_now();
	worker->status = worker->work(worker);
	worker->sleeps = sleeps_now() - worker->sleeps;
	if (write(worker->done[1], "", 1) != 1)
		return NULL;
	get(worker->gate[0], &byte); /* not before the end: threads end in futexes and locks */
	return NULL;
}

static void await_byte(const int pipe[2])
{
	char byte;

	if (!get(pipe[0], &byte))
		err(EXIT_FAILURE, "a worker's pipe");
}

static void await_line(void)
{
	char byte = 0;

	while (byte != '\n')
		if (!get(STDIN_FILENO, &byte))
			errx(EXIT_FAILURE, "no line to go on");
}

static int make_file(const char *directory, const char *name, size_t pages, char **path)
{
	static char page[PAGE];
	int file;

	if (asprintf(path, "%s/%s", directory, name) < 0)
		err(EXIT_FAILURE, "memory");
	file = open(*path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0)
		err(EXIT_FAILURE, "%s", *path);
	memset(page, 'x', sizeof(page));
	for (size_t i = 0; i < pages; i++)
		if (write(file, page, PAGE) != (ssize_t)PAGE)
			err(EXIT_FAILURE, "%s", *path);
	return file;
}

/* By mincore(2), for posix_fadvise(2) does not tell what it left. */
static size_t pages_in_memory(void *map)
{
	unsigned char resident[PAGES];
	size_t count = 0;

	if (mincore(map, PAGES * PAGE, resident))
		err(EXIT_FAILURE, "mincore");
	for (size_t i = 0; i < PAGES; i++)
		count += resident[i] & 1;
	return count;
}

/* Out of the page cache. What somebody else holds at that moment stays there (mm/truncate.c,
 * mapping_try_invalidate()), so more than once. */
static void make_cold(int file)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	void *map = mmap(NULL, PAGES * PAGE, PROT_READ, MAP_SHARED, file, 0);
	size_t left = PAGES;

	if (map == MAP_FAILED)
		err(EXIT_FAILURE, "mmap");
	for (int tries = 0; left && tries < 500; tries++) {
		if (tries)
			nanosleep(&pause, NULL);
		if (fsync(file) || posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED))
			err(EXIT_FAILURE, "emptying the page cache");
		left = pages_in_memory(map);
	}
	munmap(map, PAGES * PAGE);
	if (left)
		errx(EXIT_FAILURE, "%zu pages of the cold file stayed in the page cache", left);
}

static void start(struct worker *worker)
{
	if (pipe2(worker->gate, O_CLOEXEC) || pipe2(worker->done, O_CLOEXEC))
		err(EXIT_FAILURE, "pipe");
	errno = pthread_create(&worker->thread, NULL, run, worker);
	if (errno)
		err(EXIT_FAILURE, "thread");
	await_byte(worker->done);
}

/* Workers of one name work at the same time. Returns how many they are. */
static size_t work(struct worker *workers, size_t count)
{
	size_t same = 0;

	while (same < count && workers[same].work == workers->work)
		same++;
	for (size_t i = 0; i < same; i++)
		if (write(workers[i].gate[1], "", 1) != 1)
			err(EXIT_FAILURE, "%s", workers[i].name);
	for (size_t i = 0; i < same; i++)
		await_byte(workers[i].done);
	return same;
}

static void tell(const struct worker *workers, size_t count)
{
	char text[1024];
	int length = 0;

	for (size_t i = 0; i < count; i++)
		length += snprintf(text + length, sizeof(text) - (size_t)length,
				   "%s{\"thread\":\"%s\",\"operations\":%d,\"sleeps\":%ld}",
				   i ? "," : "[", workers[i].name, workers[i].operations,
				   workers[i].sleeps);
	dprintf(STDOUT_FILENO, "%s]\n", text);
}

int main(int argc, char **argv)
{
	struct worker workers[3 + WRITERS] = {
		{.name = "exact/open", .work = open_and_close, .operations = 20000},
		{.name = "exact/futex", .work = wait_on_futex, .operations = 200},
		{.name = "exact/page", .work = read_cold, .operations = PAGES},
	};
	const size_t count = sizeof(workers) / sizeof(*workers);
	char *opened, *written, *cold;
	int writable;

	if (argc != 3)
		errx(2, "usage: wallflame-exact TMPFS DISK");
	workers[0].file = make_file(argv[1], "opened", 1, &opened);
	workers[0].path = opened;
	writable = make_file(argv[1], "written", 1, &written);
	workers[2].file = make_file(argv[2], "cold", PAGES, &cold);
	make_cold(workers[2].file);
	for (size_t i = 3; i < count; i++)
		workers[i] = (struct worker){.name = "exact/inode",
					     .work = write_shared,
					     .operations = 5000 / WRITERS,
					     .file = writable};
	for (size_t i = 0; i < count; i++)
		start(&workers[i]);
	dprintf(STDOUT_FILENO, "ready\n");
	await_line();
	for (size_t i = 0; i < count;)
		i += work(&workers[i], count - i);
	for (size_t i = 0; i < count; i++)
		if (workers[i].status)
			errx(EXIT_FAILURE, "%s: %s", workers[i].name, strerror(workers[i].status));
	tell(workers, count);
	await_line();
	for (size_t i = 0; i < count; i++)
		close(workers[i].gate[1]);
	for (size_t i = 0; i < count; i++)
		pthread_join(workers[i].thread, NULL);
	free(opened);
	free(written);
	free(cold);
	return EXIT_SUCCESS;
}
