// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_pace.h"

#include <stddef.h>

uint32_t perf_pace__period(uint32_t now, uint64_t events, uint64_t wanted)
{
	static const uint32_t periods[] = {
		1,    3,    7,	  13,	29,    59,    127,   251,    509,
		1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071, 262139,
	};
	size_t count = sizeof(periods) / sizeof(periods[0]), i = 0;

	if (!wanted)
		return now;
	/* A change costs; a factor of four from what is wanted is near enough. */
	if (events / now <= wanted * 2 && (now == 1 || events / now >= wanted / 2))
		return now;
	while (i + 1 < count && events / periods[i] > wanted)
		i++;
	return periods[i];
}
