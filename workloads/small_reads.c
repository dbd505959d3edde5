// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A storm of system calls that are over in a moment: 64 bytes of a file in the page cache. */
#include <fcntl.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/workload.h"

#define READ_SIZE 64
/* Reads between two looks at the stop flag. */
#define BATCH 256

static int small_reads__work(struct team_worker *worker)
{
	/* A file that is there on any machine, and in memory, because it runs. */
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int64_t begin = clock__now();
	char buffer[READ_SIZE];
	int status = 0;

	if (fd < 0)
		return team_worker__fail(worker, "cannot open /proc/self/exe");
	while (!status && !team_worker__stopped(worker)) {
		int64_t left = worker->quota - worker->operations;

		for (int i = 0; i < BATCH && i < left && !status; i++)
			if (pread(fd, buffer, sizeof(buffer), 0) != sizeof(buffer))
				status = team_worker__fail(worker, "cannot read /proc/self/exe");
			else
				worker->operations++;
	}
	worker->operation_ns = clock__now() - begin;
	close(fd);
	return status;
}

int small_reads__run(struct workload_run *run, char **error)
{
	struct team_plan plan = workload_run__plan(run, small_reads__work, NULL);
	struct team_totals totals = {0};
	int status = team__run(&plan, &totals, error);

	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "bytes", totals.operations * READ_SIZE);
	workload_run__add_double(run, "reads_per_second",
				 (double)totals.operations * NS_PER_S / (double)totals.elapsed_ns);
	return 0;
}
