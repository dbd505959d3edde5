// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <cstdint>

static volatile uint64_t sink;

namespace deep
{
template <class Unit> struct Worker {
	__attribute__((noipa)) void burn(Unit rounds)
	{
		for (Unit i = 0; i < rounds; i++)
			sink = sink * 2862933555777941757ULL + 3037000493ULL;
	}
};
} // namespace deep

int main()
{
	deep::Worker<long> worker;

	for (;;)
		worker.burn(1000000);
}
