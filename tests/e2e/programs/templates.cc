// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Deep templates and exceptions: time is spent at their end, in a destructor while an exception goes
 * through its function, in the handler that catches it, and in the C++ runtime's own unwinder.
 * Threads are named after what they do.
 */
#include <cstdint>
#include <ctime>
#include <functional>
#include <sys/prctl.h>
#include <thread>

#define OWN __attribute__((noipa))

static volatile uint64_t sink;

OWN void nap()
{
	struct timespec time = {0, 3000000};

	nanosleep(&time, nullptr);
	sink = sink + 1;
}

OWN void burn()
{
	for (int i = 0; i < 300000; i++)
		sink = sink * 2862933555777941757ULL + 3037000493ULL;
}

namespace deep
{

template <int depth> struct Level {
	template <class Work> OWN static void descend(const Work &work)
	{
		Level<depth - 1>::descend(work);
		sink = sink + 1;
	}
};

template <> struct Level<0> {
	template <class Work> OWN static void descend(const Work &work)
	{
		work();
		sink = sink + 1;
	}
};

} // namespace deep

struct Guard {
	OWN ~Guard()
	{
		burn();
		nap();
	}
};

OWN void throw_number(int number)
{
	if (number)
		throw number;
}

OWN void guarded(int number)
{
	Guard guard;

	throw_number(number);
}

OWN void between(int number)
{
	guarded(number);
	sink = sink + 1;
}

OWN void handled(int number)
{
	burn();
	nap();
	sink = sink + (uint64_t)number;
}

OWN void catch_outer(int number)
{
	try {
		between(number);
	} catch (int caught) {
		handled(caught);
	}
	sink = sink + 1;
}

OWN void rethrow(int rounds)
{
	for (int i = 1; i <= rounds; i++) {
		try {
			throw_number(i);
		} catch (int caught) {
			sink = sink + (uint64_t)caught;
		}
	}
}

OWN void throw_outer(int rounds)
{
	rethrow(rounds);
	nap();
	sink = sink + 1;
}

OWN void descend_outer()
{
	std::function<void()> work = [] {
		burn();
		nap();
		sink = sink + 1;
	};

	deep::Level<12>::descend(work);
	sink = sink + 1;
}

template <class Play> static void play(const char *name, Play turn)
{
	prctl(PR_SET_NAME, name);
	for (;;)
		turn();
}

int main()
{
	std::thread deep([] { play("deep", descend_outer); });
	std::thread caught([] { play("caught", [] { catch_outer(1); }); });

	play("thrown", [] { throw_outer(300); });
}
