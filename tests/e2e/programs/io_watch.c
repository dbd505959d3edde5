// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * io_watch PID: every 10 ms, until the process has ended or this one is, what the kernel counts for
 * the process (number 0) and for each thread: "from_ns to_ns number syscr rchar read_bytes", with
 * CLOCK_MONOTONIC before and after the reading.
 */
#include <dirent.h>
#include <err.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static int tell(const char *path, long number)
{
	uint64_t calls, bytes, device;
	int64_t from = now();
	FILE *file = fopen(path, "r");
	int fields;

	if (!file)
		return -1;
	fields = fscanf(file,
			"rchar: %" SCNu64 " wchar: %*u syscr: %" SCNu64
			" syscw: %*u read_bytes: %" SCNu64,
			&bytes, &calls, &device);
	fclose(file);
	if (fields == 3)
		printf("%" PRId64 " %" PRId64 " %ld %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", from,
		       now(), number, calls, bytes, device);
	return 0;
}

int main(int argc, char **argv)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	char path[64];

	if (argc != 2)
		errx(2, "usage: io_watch PID");
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;;) {
		struct dirent *entry;
		DIR *tasks;

		snprintf(path, sizeof(path), "/proc/%d/io", atoi(argv[1]));
		if (tell(path, 0))
			return 0;
		snprintf(path, sizeof(path), "/proc/%d/task", atoi(argv[1]));
		tasks = opendir(path);
		while (tasks && (entry = readdir(tasks))) {
			long number = atol(entry->d_name);

			snprintf(path, sizeof(path), "/proc/%d/task/%ld/io", atoi(argv[1]), number);
			if (number)
				tell(path, number);
		}
		if (tasks)
			closedir(tasks);
		nanosleep(&pause, NULL);
	}
}
