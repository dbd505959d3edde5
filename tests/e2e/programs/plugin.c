// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A library that is loaded, spends time on and off the CPU, and is unloaded. */
#include <stdint.h>
#include <time.h>

static volatile uint64_t sink;

__attribute__((noipa)) static void plugin_burn(void)
{
	for (int i = 0; i < 300000; i++)
		sink = sink * 2862933555777941757ULL + 3037000493;
}

__attribute__((noipa)) static void plugin_wait(void)
{
	struct timespec time = {.tv_nsec = 3000000};

	nanosleep(&time, NULL);
	sink++;
}

__attribute__((noipa)) static void plugin_middle(void)
{
	plugin_burn();
	plugin_wait();
	sink++;
}

void plugin_outer(void)
{
	plugin_middle();
	sink++;
}
