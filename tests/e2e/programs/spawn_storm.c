// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Makes short processes as fast as it may, and says how many.
 *
 *   spawn_storm THREADS RATE SECONDS PROGRAM     RATE: a second, all threads together
 */
#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

struct spawner {
	pthread_t thread;
	double pause_s, end_s;
	char *program;
	long made;
	int error;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void sleep_until(double when)
{
	struct timespec time = {(time_t)when, (long)((when - (double)(time_t)when) * 1e9)};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == EINTR)
		;
}

static void *spawn(void *arg)
{
	struct spawner *spawner = arg;
	char *const argv[] = {spawner->program, NULL}, *const none[] = {NULL};
	double next = now();

	while (now() < spawner->end_s && !spawner->error) {
		int status = 0;
		pid_t pid;

		spawner->error = posix_spawn(&pid, spawner->program, NULL, NULL, argv, none);
		if (!spawner->error && waitpid(pid, &status, 0) != pid)
			spawner->error = errno;
		if (!spawner->error && status)
			spawner->error = ECHILD;
		spawner->made += !spawner->error;
		next += spawner->pause_s;
		if (next > now())
			sleep_until(next);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int threads = argc > 4 ? atoi(argv[1]) : 0;
	struct spawner *spawners = calloc((size_t)threads + 1, sizeof(*spawners));
	double rate = argc > 4 ? atof(argv[2]) : 0, seconds = argc > 4 ? atof(argv[3]) : 0;
	double begin = now();
	long made = 0;

	if (!spawners || threads < 1 || rate <= 0)
		return 2;
	for (int i = 0; i < threads; i++) {
		spawners[i] = (struct spawner){
			.pause_s = threads / rate, .end_s = begin + seconds, .program = argv[4]};
		if (pthread_create(&spawners[i].thread, NULL, spawn, &spawners[i]))
			return 1;
	}
	for (int i = 0; i < threads; i++) {
		pthread_join(spawners[i].thread, NULL);
		made += spawners[i].made;
		if (spawners[i].error) {
			fprintf(stderr, "%s: %s\n", argv[4], strerror(spawners[i].error));
			return 1;
		}
	}
	printf("{\"made\": %ld, \"seconds\": %.3f}\n", made, now() - begin);
	free(spawners);
	return 0;
}
