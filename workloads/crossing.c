// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/crossing.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/latency.h"

#define CALLS 2000

int64_t crossing__ns(void)
{
	struct latency latency = {0};

	for (int i = 0; i < CALLS; i++) {
		int64_t begin = clock__now();

		syscall(SYS_getppid);
		latency__add(&latency, clock__now() - begin);
	}
	return latency__at(&latency, 0.5);
}
