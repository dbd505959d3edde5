// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * rare_waits SECONDS: short waits for a pipe by the hundred, then a long one for an eventfd, again
 * and again, all in read(2). Prints how long the long ones took in all, by its own clock.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define SHORT_WAITS 300
#define PERIOD_NS 30000000L

static int ping[2], pong[2], event;
static atomic_bool stop;

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void *echo(void *unused)
{
	char byte;

	while (read(ping[0], &byte, 1) == 1)
		if (write(pong[1], &byte, 1) != 1)
			break;
	return unused;
}

static void *wake(void *unused)
{
	const struct timespec period = {.tv_nsec = PERIOD_NS};
	uint64_t one = 1;

	while (!stop) {
		nanosleep(&period, NULL);
		if (write(event, &one, sizeof(one)) < 0)
			break;
	}
	return unused;
}

static int wait_short(void)
{
	char byte = 0;

	return write(ping[1], &byte, 1) == 1 && read(pong[0], &byte, 1) == 1;
}

static int wait_long(int64_t *ns)
{
	int64_t begin = now();
	uint64_t count;

	if (read(event, &count, sizeof(count)) < 0)
		return 0;
	*ns += now() - begin;
	return 1;
}

int main(int argc, char **argv)
{
	int64_t end = now() + (argc > 1 ? atoi(argv[1]) : 1) * 1000000000LL, ns = 0;
	pthread_t echoing, waking;

	event = eventfd(0, 0);
	if (event < 0 || pipe(ping) || pipe(pong) || pthread_create(&echoing, NULL, echo, NULL) ||
	    pthread_create(&waking, NULL, wake, NULL))
		return 1;
	while (now() < end) {
		for (int i = 0; i < SHORT_WAITS; i++)
			if (!wait_short())
				return 1;
		if (!wait_long(&ns))
			return 1;
	}
	stop = 1;
	printf("%lld\n", (long long)ns);
	return 0;
}
