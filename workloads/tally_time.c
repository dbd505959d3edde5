// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/tally.h"

int tally_time__open(int tid)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/self/task/%d/schedstat", tid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int64_t delay_ns(int books)
{
	char line[96];
	long long delay;
	ssize_t n = books < 0 ? -1 : pread(books, line, sizeof(line) - 1, 0);

	line[n > 0 ? n : 0] = '\0';
	return sscanf(line, "%*u %lld", &delay) == 1 ? delay : TALLY_UNKNOWN;
}

struct tally_time tally_time__now(int books)
{
	/* Not schedstat's first number: it is as old as the last tick. */
	return (struct tally_time){
		.delay_ns = delay_ns(books),
		.run_ns = clock__read(CLOCK_THREAD_CPUTIME_ID),
		.life_ns = clock__now(),
	};
}

struct tally_time tally_time__since(struct tally_time end, struct tally_time begin)
{
	bool known = begin.delay_ns != TALLY_UNKNOWN && end.delay_ns != TALLY_UNKNOWN;

	return (struct tally_time){
		.life_ns = end.life_ns - begin.life_ns,
		.run_ns = end.run_ns - begin.run_ns,
		.delay_ns = known ? end.delay_ns - begin.delay_ns : TALLY_UNKNOWN,
	};
}
