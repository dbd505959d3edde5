// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * So many threads in one process: of a hundred one computes and naps, 33 sleep a second at a time,
 * the rest poll for what never comes; and one makes further ones that end at once. Says how many
 * there were when it is told to end.
 *
 *   crowd THREADS BIRTHS-A-SECOND
 */
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define STACK_BYTES 65536

static atomic_bool over;
static atomic_long started;

static void nap(double seconds)
{
	struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};

	nanosleep(&time, NULL);
}

static void *compute(void *arg)
{
	started++;
	while (!over) {
		for (volatile int i = 0; i < 20000; i++)
			;
		nap(0.02);
	}
	return arg;
}

static void *sleep_long(void *arg)
{
	started++;
	while (!over)
		nap(1);
	return arg;
}

static void *wait_forever(void *arg)
{
	started++;
	poll(NULL, 0, -1);
	return arg;
}

static void *end_at_once(void *arg)
{
	started++;
	return arg;
}

static int start(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *))
{
	int status = pthread_create(thread, attributes, run, NULL);

	if (status)
		fprintf(stderr, "thread %ld: %s\n", (long)started, strerror(status));
	return status;
}

int main(int argc, char **argv)
{
	long threads = argc > 2 ? atol(argv[1]) : 0, births = argc > 2 ? atol(argv[2]) : 0;
	struct timespec none = {0};
	pthread_attr_t attributes;
	sigset_t ending;
	pthread_t thread;

	sigemptyset(&ending);
	sigaddset(&ending, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &ending, NULL);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	for (long i = 1; i < threads; i++) {
		if (start(&thread, &attributes,
			  i % 100 == 0 ? compute
			  : i % 3      ? wait_forever
				       : sleep_long))
			return 1;
	}
	while (started < threads - 1)
		nap(0.01);
	puts("ready");
	fflush(stdout);
	while (sigtimedwait(&ending, NULL, &none) != SIGTERM) {
		if (!births) {
			nap(0.05);
			continue;
		}
		if (start(&thread, &attributes, end_at_once) || pthread_join(thread, NULL))
			return 1;
		nap(1.0 / (double)births);
	}
	over = true;
	printf("%ld\n", started + 1);
	fflush(stdout);
	_exit(0);
}
