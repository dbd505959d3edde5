// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * pipe_share MS SECONDS [SCATTER]: in turns of 20 ms one thread waits for a byte in a pipe, MS of
 * them, and sleeps through the rest; the other sleeps MS, writes the byte and parks until it is
 * asked again. With SCATTER each wait is by chance up to so many ms shorter or longer. At the end
 * it prints the turns and how long the reader has waited by its own clock.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define TURN_NS 20000000

static struct {
	pthread_mutex_t mutex;
	pthread_cond_t asked;
	bool wanted;
	int64_t wait_ns;
	int64_t scatter_ns;
	int ends[2];
} shared = {.mutex = PTHREAD_MUTEX_INITIALIZER, .asked = PTHREAD_COND_INITIALIZER};

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void sleep_until(int64_t ns)
{
	struct timespec time = {ns / 1000000000, ns % 1000000000};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL))
		;
}

static int64_t length_of_wait(void)
{
	double chance = (double)random() / (double)RAND_MAX * 2 - 1;

	return shared.wait_ns + (int64_t)(chance * (double)shared.scatter_ns);
}

static void *answer(void *arg)
{
	(void)arg;
	for (;;) {
		pthread_mutex_lock(&shared.mutex);
		while (!shared.wanted)
			pthread_cond_wait(&shared.asked, &shared.mutex);
		shared.wanted = false;
		pthread_mutex_unlock(&shared.mutex);
		sleep_until(now() + length_of_wait());
		if (write(shared.ends[1], "x", 1) != 1)
			exit(1);
	}
	return NULL;
}

static int64_t ask(void)
{
	int64_t begin;
	char byte;

	pthread_mutex_lock(&shared.mutex);
	shared.wanted = true;
	pthread_cond_signal(&shared.asked);
	pthread_mutex_unlock(&shared.mutex);
	begin = now();
	if (read(shared.ends[0], &byte, 1) != 1)
		exit(1);
	return now() - begin;
}

int main(int argc, char **argv)
{
	int64_t waited = 0, turns = 0, begin, end;
	pthread_t thread;

	if (argc < 3 || argc > 4)
		return 2;
	shared.wait_ns = (int64_t)(atof(argv[1]) * 1e6);
	shared.scatter_ns = argc > 3 ? (int64_t)(atof(argv[3]) * 1e6) : 0;
	srandom((unsigned int)getpid());
	if (pipe(shared.ends) || pthread_create(&thread, NULL, answer, NULL))
		return 1;
	begin = now();
	end = begin + (int64_t)(atof(argv[2]) * 1e9);
	while (now() < end) {
		waited += ask();
		turns++;
		sleep_until(begin + turns * TURN_NS);
	}
	printf("{\"turns\": %" PRId64 ", \"waited_ns\": %" PRId64 ", \"ns\": %" PRId64 "}\n", turns,
	       waited, now() - begin);
	return 0;
}
