// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Stacks that a bounded copy from the stack pointer upwards cannot hold: a deep recursion, and the
 * stack that a signal handler on one of its own has interrupted. And one that it can: a recursion
 * that is not deep. Threads are named after what they do.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define OWN __attribute__((noipa))
#define TICK_NS 5000000
#define FRAME_BYTES 200 /* or more */
#define DEEP_FRAMES 2000
#define SHALLOW_FRAMES 60

static volatile uint64_t sink;

OWN void nap(long ns)
{
	struct timespec time = {.tv_nsec = ns};

	nanosleep(&time, NULL);
	sink++;
}

OWN void bottom(void)
{
	for (int i = 0; i < 300000; i++)
		sink = sink * 2862933555777941757ULL + 3037000493;
	nap(TICK_NS);
	sink++;
}

OWN void descend(int frames)
{
	volatile char room[FRAME_BYTES];

	room[0] = (char)frames;
	if (frames > 1)
		descend(frames - 1);
	else
		bottom();
	sink += (unsigned char)room[0];
}

OWN void handle_aside(int number)
{
	nap(TICK_NS);
	sink += (unsigned int)number;
}

OWN void wait_aside(void)
{
	pause();
	sink++;
}

static void *play_deep(void *argument)
{
	prctl(PR_SET_NAME, "recursion");
	for (;;)
		descend(DEEP_FRAMES);
	return argument;
}

static void *play_shallow(void *argument)
{
	prctl(PR_SET_NAME, "shallow");
	for (;;)
		descend(SHALLOW_FRAMES);
	return argument;
}

static void *play_aside(void *argument)
{
	static char room[65536];
	stack_t stack = {.ss_sp = room, .ss_size = sizeof(room)};

	prctl(PR_SET_NAME, "aside");
	sigaltstack(&stack, NULL);
	for (;;)
		wait_aside();
	return argument;
}

int main(void)
{
	struct sigaction action = {.sa_handler = handle_aside, .sa_flags = SA_ONSTACK};
	pthread_t deep, shallow, aside;

	sigaction(SIGUSR1, &action, NULL);
	if (pthread_create(&deep, NULL, play_deep, NULL) ||
	    pthread_create(&shallow, NULL, play_shallow, NULL) ||
	    pthread_create(&aside, NULL, play_aside, NULL))
		return 1;
	for (;;) {
		nap(TICK_NS);
		pthread_kill(aside, SIGUSR1);
	}
}
