// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Hardly ever in the same stack twice: each call is of one of two functions, as chance will have
 * it.
 *
 *   many_stacks THREADS SECONDS
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#define DEPTH 24
#define SPINS 3000

typedef long function(uint64_t way, int depth);

static function left, right;

static long go_on(uint64_t way, int depth)
{
	volatile long sum = 0;

	if (depth < DEPTH)
		return (way & 1 ? left : right)(way >> 1, depth + 1);
	for (int i = 0; i < SPINS; i++)
		sum += i;
	return sum;
}

/* What is added afterwards keeps the calls from being jumps. */
__attribute__((noinline)) static long left(uint64_t way, int depth)
{
	return go_on(way, depth) + 1;
}

__attribute__((noinline)) static long right(uint64_t way, int depth)
{
	return go_on(way, depth) + 2;
}

static time_t end;

static void *work(void *arg)
{
	uint64_t x = (uintptr_t)&x | 1;
	long sum = 0;

	while (time(NULL) < end) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		sum += left(x >> 20, 0);
	}
	return sum ? NULL : arg;
}

int main(int argc, char **argv)
{
	int threads = argc > 2 ? atoi(argv[1]) : 0;
	pthread_t thread;

	end = time(NULL) + (argc > 2 ? atoi(argv[2]) : 0);
	for (int i = 1; i < threads; i++)
		pthread_create(&thread, NULL, work, NULL);
	work(NULL);
	return 0;
}
