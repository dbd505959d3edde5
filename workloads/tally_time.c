// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/tally.h"

#define ONE_MOMENT_NS 50000
#define MOST_TRIES 20

int tally_time__open(int tid)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/self/task/%d/schedstat", tid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

int64_t tally_time__delay_ns(int books)
{
	char line[96];
	long long delay;
	ssize_t n = books < 0 ? -1 : pread(books, line, sizeof(line) - 1, 0);

	line[n > 0 ? n : 0] = '\0';
	return sscanf(line, "%*u %lld", &delay) == 1 ? delay : TALLY_UNKNOWN;
}

struct tally_time tally_time__now(int books)
{
	struct tally_time time = {0};
	int64_t begin;

	/*
	 * The three must be of one moment: what passes between two of them, as a thread that loses
	 * its CPU in one of the calls sees it, would be taken for time blocked, or be missing
	 * there.
	 */
	for (int tries = 0; tries < MOST_TRIES; tries++) {
		begin = clock__now();
		time.delay_ns = tally_time__delay_ns(books);
		/* Not schedstat's first number: it is as old as the last tick. */
		time.run_ns = clock__read(CLOCK_THREAD_CPUTIME_ID);
		time.life_ns = clock__now();
		if (time.life_ns - begin < ONE_MOMENT_NS)
			break;
	}
	return time;
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
