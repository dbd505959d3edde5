// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/limit.h"

#include <errno.h>
#include <sys/resource.h>

int64_t limit__take(void)
{
	struct rlimit limit;
	rlim_t before;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	before = limit.rlim_cur;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	return before > INT64_MAX ? INT64_MAX : (int64_t)before;
}

int limit__raise(int64_t wanted, int64_t *hard)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	*hard = limit.rlim_max > INT64_MAX ? INT64_MAX : (int64_t)limit.rlim_max;
	if (limit.rlim_cur >= (rlim_t)wanted)
		return 0;
	limit.rlim_cur = (rlim_t)wanted;
	if (limit.rlim_max < (rlim_t)wanted)
		limit.rlim_max = (rlim_t)wanted;
	return setrlimit(RLIMIT_NOFILE, &limit) ? -errno : 0;
}

int limit__lower(int64_t most)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	limit.rlim_cur = (rlim_t)most;
	return setrlimit(RLIMIT_NOFILE, &limit) ? -errno : 0;
}
