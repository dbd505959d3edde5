// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/thread_clock.h"

#include <fcntl.h>

#include "workloads/clock.h"

int thread_clock__open(void)
{
	return open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
}

/* Who loses the CPU between two of the clocks has read them at different moments: again. */
bool thread_clock__read(int clock, struct tally_time *time)
{
	int64_t after = tally_time__delay_ns(clock);

	do {
		time->delay_ns = after;
		time->run_ns = clock__read(CLOCK_THREAD_CPUTIME_ID);
		time->life_ns = clock__now();
		after = tally_time__delay_ns(clock);
	} while (after != time->delay_ns);
	return after != TALLY_UNKNOWN;
}
