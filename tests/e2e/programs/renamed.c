// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Burns and naps in a function whose name is given when this is built: several builds have the same
 * code at the same places under different names.
 */
#include <stdint.h>
#include <time.h>

#define OWN __attribute__((noipa))

static volatile uint64_t sink;

OWN void WORK(void)
{
	struct timespec time = {.tv_nsec = 2000000};

	for (int i = 0; i < 1000000; i++)
		sink = sink * 2862933555777941757ULL + 3037000493;
	nanosleep(&time, NULL);
	sink++;
}

int main(void)
{
	for (;;)
		WORK();
}
