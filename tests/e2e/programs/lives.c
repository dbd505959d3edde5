// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * lives WAY [N]: threads and processes that begin, end and never switch.
 *   churn      threads that live for milliseconds, one after the other
 *   fork       a child every 100 ms that burns 20 ms, then sleeps 20 ms
 *   hog        burns one CPU
 *   crowd N    N threads sleep; then 500 more are born and end
 *   grow N     N threads are born two seconds from now, and all of them stay
 *   orphan     the first thread ends, the second goes on
 *   exec FILE  one second from now the second thread executes FILE
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void burn(int64_t ns)
{
	int64_t end_ns = cpu_ns() + ns;

	while (cpu_ns() < end_ns)
		for (volatile int i = 0; i < 10000; i++)
			;
}

static void *live_shortly(void *name)
{
	prctl(PR_SET_NAME, name);
	burn(1000000);
	usleep(1000);
	burn(1000000);
	return NULL;
}

static void *sleep_on(void *name)
{
	prctl(PR_SET_NAME, name);
	for (;;)
		pause();
	return NULL;
}

static pthread_t make_thread(void *(*body)(void *), char *name)
{
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 64 << 10);
	if (pthread_create(&thread, &attributes, body, name)) {
		perror("pthread_create");
		exit(1);
	}
	pthread_attr_destroy(&attributes);
	return thread;
}

static void churn(int count)
{
	while (count--)
		pthread_join(make_thread(live_shortly, "lives/short"), NULL);
}

static void fork_often(void)
{
	for (;;) {
		pid_t pid = fork();

		if (!pid) {
			burn(20000000);
			usleep(20000);
			_exit(0);
		}
		usleep(100000);
		waitpid(pid, NULL, 0);
	}
}

static void *burn_on(void *unused)
{
	(void)unused;
	for (;;)
		live_shortly("lives/orphan");
	return NULL;
}

static void *execute(void *file)
{
	sleep(1);
	execl(file, file, "60", NULL);
	return NULL;
}

static void make_sleepers(int count)
{
	while (count--)
		make_thread(sleep_on, "lives/sleeper");
}

int main(int argc, char **argv)
{
	const char *way = argc > 1 ? argv[1] : "";
	int count = argc > 2 ? atoi(argv[2]) : 1000000;

	if (!strcmp(way, "churn")) {
		churn(count);
	} else if (!strcmp(way, "fork")) {
		fork_often();
	} else if (!strcmp(way, "hog")) {
		for (;;)
			burn(1000000000);
	} else if (!strcmp(way, "crowd")) {
		make_sleepers(count);
		puts("ready");
		fflush(stdout);
		if (getchar() < 0)
			return 1;
		churn(500);
		puts("done");
		fflush(stdout);
		pause();
	} else if (!strcmp(way, "grow")) {
		sleep(2);
		make_sleepers(count);
		pause();
	} else if (!strcmp(way, "orphan")) {
		make_thread(burn_on, NULL);
		pthread_exit(NULL);
	} else if (!strcmp(way, "exec") && argc > 2) {
		make_thread(execute, argv[2]);
		pause();
	}
	return 0;
}
