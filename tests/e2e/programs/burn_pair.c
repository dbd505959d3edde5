// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Burns its CPU in two functions, 3 to 1 by its own clock, in turns of drawn lengths so that no
 * timer can march in step with them. On SIGUSR1 it prints the share of the first and ends.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static volatile sig_atomic_t done;
static volatile uint64_t sink;

static int64_t cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

__attribute__((noipa)) void burn_long(int64_t rounds)
{
	for (int64_t i = 0; i < rounds; i++)
		sink = sink * 2862933555777941757ULL + 3037000493ULL;
}

__attribute__((noipa)) void burn_short(int64_t rounds)
{
	for (int64_t i = 0; i < rounds; i++)
		sink = sink * 3202034522624059733ULL + 4354685564936845319ULL;
}

static void on_signal(int number)
{
	(void)number;
	done = 1;
}

int main(void)
{
	int64_t long_ns = 0, short_ns = 0;
	unsigned int seed = 1;

	signal(SIGUSR1, on_signal);
	while (!done) {
		int64_t rounds = 50000 + rand_r(&seed) % 400000, begin_ns = cpu_ns();

		if (long_ns < 3 * short_ns) {
			burn_long(rounds);
			long_ns += cpu_ns() - begin_ns;
		} else {
			burn_short(rounds);
			short_ns += cpu_ns() - begin_ns;
		}
	}
	printf("%.6f\n", (double)long_ns / (double)(long_ns + short_ns));
	return 0;
}
