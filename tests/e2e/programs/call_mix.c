// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Makes rounds of system calls whose numbers stand in a known ratio to each other, and counts them:
 * in a round 1 getppid, 3 close of nothing, 1 write of 100 bytes, 2 write of 40, and with "32" one
 * getpid of the 32-bit table. Prints how many rounds there were in how long.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* getpid(2), 20 in arch/x86/entry/syscalls/syscall_32.tbl */
static long getpid_32(void)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
	return result;
}

static void no_32_bits(int signal)
{
	(void)signal;
	_exit(2);
}

int main(int argc, char **argv)
{
	char bytes[100] = {0};
	int64_t end, rounds = 0, begin;
	int sink = open("/dev/null", O_WRONLY);
	int with_32 = argc > 2 && !strcmp(argv[2], "32");

	if (sink < 0 || argc < 2)
		return 1;
	signal(SIGSEGV, no_32_bits);
	if (with_32 && getpid_32() != getpid())
		return 2;
	begin = now();
	end = begin + atoi(argv[1]) * 1000000LL;
	for (; now() < end; rounds++) {
		syscall(SYS_getppid);
		for (int i = 0; i < 3; i++)
			if (!syscall(SYS_close, -1))
				return 1;
		if (write(sink, bytes, 100) != 100 || write(sink, bytes, 40) != 40 ||
		    write(sink, bytes, 40) != 40)
			return 1;
		if (with_32)
			getpid_32();
	}
	printf("{\"rounds\": %lld, \"ns\": %lld}\n", (long long)rounds, (long long)(now() - begin));
	return 0;
}
