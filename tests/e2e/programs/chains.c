// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Threads that spend their time, on and off the CPU, at the end of call chains that a test knows:
 * a thread is named after its scene, and the outermost function of scene X is X_outer. What follows
 * a call keeps the compiler from making a jump of it.
 */
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define OWN __attribute__((noipa))
#define INLINED static inline __attribute__((always_inline))
#define TICK_NS 10000000L

static volatile uint64_t sink;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, cond_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int read_pipe[2], poll_pipe[2];
static uint32_t word;
static pthread_barrier_t named;

OWN void nap(long ns)
{
	struct timespec time = {.tv_nsec = ns};

	nanosleep(&time, NULL);
	sink++;
}

/* About a millisecond. */
OWN void burn(void)
{
	for (int i = 0; i < 300000; i++)
		sink = sink * 2862933555777941757ULL + 3037000493;
}

OWN void burn_and_nap(void)
{
	burn();
	nap(TICK_NS);
	sink++;
}

/* Room of a size that only the running program knows: the frame is found by rbp. */
OWN void dynamic_middle(size_t size)
{
	char room[size];

	memset(room, 1, size);
	burn_and_nap();
	sink += (unsigned char)room[size - 1];
}

OWN void dynamic_outer(void)
{
	dynamic_middle(100 + sink % 1000);
	sink++;
}

/* The stack pointer is rounded down: the call frame table needs an expression (gcc's DRAP). */
OWN void aligned_middle(size_t size)
{
	_Alignas(64) volatile char room[64];
	char more[size];

	memset(more, 1, size);
	room[0] = more[size - 1];
	burn_and_nap();
	sink += (unsigned char)room[0];
}

OWN void aligned_outer(void)
{
	aligned_middle(10 + sink % 100);
	sink++;
}

OWN void qsort_middle(const int *a, const int *b)
{
	if (*a == 1 || *b == 1)
		burn_and_nap();
	sink++;
}

OWN int qsort_compare(const void *a, const void *b)
{
	qsort_middle(a, b);
	return *(const int *)a - *(const int *)b;
}

OWN void qsort_outer(void)
{
	int numbers[16];

	for (int i = 0; i < 16; i++)
		numbers[i] = 16 - i;
	qsort(numbers, 16, sizeof(numbers[0]), qsort_compare);
	sink += (unsigned int)numbers[0];
}

/* Short functions of another object: some of the time is in the stubs of the linkage table. */
OWN void plt_middle(void)
{
	unsigned int seed = 1;

	for (int i = 0; i < 200000; i++)
		sink += (unsigned int)rand_r(&seed);
}

OWN void plt_outer(void)
{
	plt_middle();
	nap(TICK_NS);
	sink++;
}

OWN void vdso_middle(void)
{
	struct timespec now;

	for (int i = 0; i < 20000; i++) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		sink += (uint64_t)now.tv_nsec;
	}
}

OWN void vdso_outer(void)
{
	vdso_middle();
	nap(TICK_NS);
	sink++;
}

INLINED void inline_leaf(int rounds)
{
	for (int i = 0; i < rounds; i++)
		sink = sink * 2862933555777941757ULL + 3037000493;
}

INLINED void inline_inner(int rounds)
{
	inline_leaf(rounds * 2);
}

INLINED void inline_middle(int rounds)
{
	inline_inner(rounds * 2);
}

OWN void inline_outer(void)
{
	inline_middle(100000);
	nap(TICK_NS);
	sink++;
}

OWN void cond_middle(void)
{
	pthread_mutex_lock(&cond_lock);
	pthread_cond_wait(&cond, &cond_lock);
	pthread_mutex_unlock(&cond_lock);
	sink++;
}

OWN void cond_outer(void)
{
	cond_middle();
	sink++;
}

OWN void mutex_middle(void)
{
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
	sink++;
}

OWN void mutex_outer(void)
{
	mutex_middle();
	nap(1000000); /* and then main has it again */
	sink++;
}

OWN void sleep_outer(void)
{
	nap(TICK_NS);
	sink++;
}

OWN void read_middle(void)
{
	char byte;

	if (read(read_pipe[0], &byte, 1) == 1)
		sink++;
}

OWN void read_outer(void)
{
	read_middle();
	sink++;
}

OWN void poll_middle(void)
{
	struct pollfd waited = {.fd = poll_pipe[0], .events = POLLIN};
	char byte;

	if (poll(&waited, 1, -1) == 1 && read(poll_pipe[0], &byte, 1) == 1)
		sink++;
}

OWN void poll_outer(void)
{
	poll_middle();
	sink++;
}

OWN void futex_middle(void)
{
	syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
	sink++;
}

OWN void futex_outer(void)
{
	futex_middle();
	sink++;
}

static volatile sig_atomic_t signalled;

OWN void signal_handler(int number)
{
	nap(TICK_NS * 9 / 10);
	signalled = number;
}

/* Interrupted wherever it is. */
OWN void signal_middle(void)
{
	signalled = 0;
	while (!signalled)
		sink = sink * 2862933555777941757ULL + 3037000493;
}

OWN void signal_outer(void)
{
	signal_middle();
	sink++;
}

OWN void pause_handler(int number)
{
	nap(TICK_NS * 2);
	sink += (unsigned int)number;
}

OWN void pause_outer(void)
{
	pause();
	sink++;
}

static const struct scene {
	const char *name;
	void (*outer)(void);
	int number; /* of the signal that it is sent every tick */
} scenes[] = {
	{"dynamic", dynamic_outer, 0},	   {"aligned", aligned_outer, 0},
	{"qsort", qsort_outer, 0},	   {"plt", plt_outer, 0},
	{"vdso", vdso_outer, 0},	   {"inline", inline_outer, 0},
	{"cond", cond_outer, 0},	   {"mutex", mutex_outer, 0},
	{"sleep", sleep_outer, 0},	   {"read", read_outer, 0},
	{"poll", poll_outer, 0},	   {"futex", futex_outer, 0},
	{"signal", signal_outer, SIGUSR1}, {"pause", pause_outer, SIGUSR2},
};

#define SCENES (sizeof(scenes) / sizeof(scenes[0]))

static void *play(void *argument)
{
	const struct scene *scene = argument;

	prctl(PR_SET_NAME, scene->name);
	pthread_barrier_wait(&named);
	for (;;)
		scene->outer();
	return NULL;
}

/* What the others wait for. */
OWN void tick(const pthread_t *threads)
{
	pthread_mutex_lock(&lock);
	nap(TICK_NS);
	pthread_mutex_unlock(&lock);
	pthread_cond_broadcast(&cond);
	if (write(read_pipe[1], "", 1) != 1 || write(poll_pipe[1], "", 1) != 1)
		abort();
	syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	for (size_t i = 0; i < SCENES; i++)
		if (scenes[i].number)
			pthread_kill(threads[i], scenes[i].number);
}

int main(void)
{
	struct sigaction action = {.sa_handler = signal_handler};
	pthread_t threads[SCENES];

	sigaction(SIGUSR1, &action, NULL);
	action.sa_handler = pause_handler;
	sigaction(SIGUSR2, &action, NULL);
	if (pipe(read_pipe) || pipe(poll_pipe) || pthread_barrier_init(&named, NULL, SCENES + 1))
		return 1;
	for (size_t i = 0; i < SCENES; i++)
		if (pthread_create(&threads[i], NULL, play, (void *)&scenes[i]))
			return 1;
	pthread_barrier_wait(&named);
	for (;;)
		tick(threads);
}
