// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Threads with hostile names in functions that the test gives hostile names with objcopy(1). */
#include <pthread.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static volatile uint64_t sink;

#define FUNCTION(name)                                                     \
	__attribute__((noipa)) void name(void)                             \
	{                                                                  \
		for (int i = 0; i < 2000000; i++)                          \
			sink = sink * 2862933555777941757ULL + 3037000493; \
		usleep(2000);                                              \
		sink++;                                                    \
	}
FUNCTION(hostile_markup)
FUNCTION(hostile_lines)
FUNCTION(hostile_long)
FUNCTION(hostile_bytes)

static struct hostile {
	const char *comm;
	void (*function)(void);
} threads[] = {
	{"<script>&\"'", hostile_markup},
	{"a;b\nc 1\t\r", hostile_lines},
	{"\033[31mred\033[0m", hostile_long},
	{"\377\376\200 \303\050", hostile_bytes},
	{" ", hostile_markup},
	{"", hostile_lines},
};

static void *burn(void *argument)
{
	const struct hostile *hostile = argument;

	prctl(PR_SET_NAME, hostile->comm);
	for (;;)
		hostile->function();
	return NULL;
}

int main(void)
{
	pthread_t thread;

	for (size_t i = 0; i < sizeof(threads) / sizeof(threads[0]); i++)
		if (pthread_create(&thread, NULL, burn, &threads[i]))
			return 1;
	prctl(PR_SET_NAME, "../../x;<b>\n");
	pause();
	return 0;
}
