// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * two_waits THREADS SECONDS: threads wait in futex(2) in two ways, as for a lock and as parked,
 * and the times by their own clock are kept at 3 to 1.
 */
#include <linux/futex.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 64
#define SHORTEST_NS 100000.0
#define LONGEST_NS 1000000.0

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static struct timespec timespec_of(int64_t ns)
{
	return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

__attribute__((noipa)) int64_t wait_as_for_lock(int64_t ns)
{
	int64_t begin = now_ns();
	struct timespec timeout = timespec_of(ns);
	uint32_t word = 0;

	syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &timeout, NULL, 0);
	return now_ns() - begin;
}

__attribute__((noipa)) int64_t wait_as_parked(int64_t ns)
{
	int64_t begin = now_ns();
	struct timespec end = timespec_of(begin + ns); /* absolute, unlike above: futex(2) */
	uint32_t word = 0;

	syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, &end, NULL, 1);
	return now_ns() - begin;
}

static int seconds;

static void *wait_about(void *argument)
{
	unsigned int index = *(unsigned int *)argument, seed = index + 1;
	int64_t end_ns = now_ns() + seconds * 1000000000LL, lock_ns = 0, park_ns = 0;
	char name[16];

	snprintf(name, sizeof(name), "two_waits/%u", index);
	prctl(PR_SET_NAME, name);
	prctl(PR_SET_TIMERSLACK, 1UL);
	while (now_ns() < end_ns) {
		int64_t ns = (int64_t)(SHORTEST_NS * exp(log(LONGEST_NS / SHORTEST_NS) *
							 rand_r(&seed) / RAND_MAX));

		if (lock_ns < 3 * park_ns)
			lock_ns += wait_as_for_lock(3 * ns);
		else
			park_ns += wait_as_parked(ns);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static unsigned int indices[MAX_THREADS];
	int threads = argc > 1 ? atoi(argv[1]) : 1;
	pthread_t thread;

	seconds = argc > 2 ? atoi(argv[2]) : 1;
	for (int i = 0; i < threads && i < MAX_THREADS; i++) {
		indices[i] = (unsigned int)i;
		if (pthread_create(&thread, NULL, wait_about, &indices[i]))
			return 1;
	}
	sleep((unsigned int)seconds + 1);
	return 0;
}
