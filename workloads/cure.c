// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/cure.h"

#include <errno.h>
#include <unistd.h>

#include "workloads/proc_number.h"

int cure__run(struct workload_run *run, const struct team_plan *plan, struct team_totals *totals,
	      char **error)
{
	static const char *const ways[] = {[WAY_BEFORE] = "before", [WAY_AFTER] = "after"};
	int64_t device_bytes = proc_number__read("self/io", "read_bytes");
	int status = team__run(plan, totals, error);

	if (status)
		return status;
	/* An account the kernel does not keep stays -1. */
	if (device_bytes >= 0)
		device_bytes = proc_number__read("self/io", "read_bytes") - device_bytes;
	workload_run__report(run, totals);
	workload_run__add_text(run, "way", ways[run->options.way]);
	workload_run__add_int(run, "bytes", totals->extra[CURE_BYTES]);
	workload_run__add_int(run, "device_bytes", device_bytes);
	workload_run__add_int(run, "read_calls", totals->extra[CURE_READ_CALLS]);
	workload_run__add_int(run, "system_calls", totals->extra[CURE_CALLS]);
	return 0;
}

int cure__pread(struct team_worker *worker, int fd, void *buffer, size_t size, off_t offset)
{
	ssize_t n = pread(fd, buffer, size, offset);

	worker->extra[CURE_READ_CALLS]++;
	worker->extra[CURE_CALLS]++;
	if (n != (ssize_t)size) {
		errno = n < 0 ? errno : EIO;
		return team_worker__fail(worker, "cannot read a file");
	}
	worker->extra[CURE_BYTES] += n;
	return 0;
}

int cure__next_pass(struct team_worker *worker, struct pass *pass)
{
	int status = pass__over(pass) ? pass__again(pass) : 0;

	errno = -status;
	return status ? team_worker__fail(worker, "cannot read a file from its beginning") : 0;
}
