// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <stdint.h>

static volatile uint64_t sink;

static inline __attribute__((always_inline)) void spin(uint64_t rounds)
{
	for (uint64_t i = 0; i < rounds; i++)
		sink = sink * 2862933555777941757ULL + 3037000493ULL;
}

__attribute__((noipa)) void work(uint64_t rounds)
{
	spin(rounds);
}

int main(void)
{
	for (;;)
		work(1000000);
}
