// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * thread_execs CALLS: a thread that is not the first one reads 64 bytes so often and becomes this
 * program again, which reads as often and sleeps for a second.
 */
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static char *const *arguments;

static void read_zeros(void)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	char bytes[64];

	for (int i = 0; i < atoi(arguments[1]); i++)
		if (read(fd, bytes, sizeof(bytes)) != sizeof(bytes))
			err(1, "read");
	close(fd);
}

static void *work(void *unused)
{
	char *const again[] = {arguments[0], arguments[1], "again", NULL};

	read_zeros();
	execv("/proc/self/exe", again);
	err(1, "execv");
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	arguments = argv;
	if (argc == 3) {
		read_zeros();
		sleep(1);
		return 0;
	}
	if (argc != 2 || pthread_create(&thread, NULL, work, NULL))
		errx(2, "usage: thread_execs CALLS");
	pthread_join(thread, NULL);
}
