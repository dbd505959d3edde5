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

static bool delay_ns(int clock, int64_t *ns)
{
	char line[96];
	ssize_t n = pread(clock, line, sizeof(line) - 1, 0);
	long long delay;

	if (n <= 0)
		return false;
	line[n] = '\0';
	if (sscanf(line, "%*u %lld", &delay) != 1)
		return false;
	*ns = delay;
	return true;
}

/* Who loses the CPU between two of the clocks has read them at different moments: again. */
bool thread_clock__read(int clock, struct tally_time *time)
{
	int64_t after;

	if (!delay_ns(clock, &after))
		return false;
	do {
		time->delay_ns = after;
		time->run_ns = clock__read(CLOCK_THREAD_CPUTIME_ID);
		time->life_ns = clock__now();
		if (!delay_ns(clock, &after))
			return false;
	} while (after != time->delay_ns);
	return true;
}
