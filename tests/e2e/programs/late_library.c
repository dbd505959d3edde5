// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <stdint.h>

static volatile uint64_t sink;

void late_burn(void);

static __attribute__((noipa)) void late_inner(void)
{
	for (int i = 0; i < 1000000; i++)
		sink = sink * 2862933555777941757ULL + 3037000493;
}

void late_burn(void)
{
	late_inner();
	sink++;
}
