// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/thread_clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "workloads/clock.h"

int thread_clock__open(void)
{
	return open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
}

bool thread_clock__read(int clock, struct tally_time *time)
{
	char line[96];
	ssize_t n = pread(clock, line, sizeof(line) - 1, 0);
	long long delay;

	if (n <= 0)
		return false;
	line[n] = '\0';
	if (sscanf(line, "%*u %lld", &delay) != 1)
		return false;
	time->delay_ns = delay;
	time->run_ns = clock__read(CLOCK_THREAD_CPUTIME_ID);
	time->life_ns = clock__now();
	return true;
}
