// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * For MILLISECONDS: makes a process by each call that there is for it in turn, and waits for each
 * by one wait4(2).
 */
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int is_waited_for(long pid)
{
	if (!pid)
		_exit(0);
	return pid > 0 && wait4((pid_t)pid, NULL, 0, NULL) == pid;
}

int main(int argc, char **argv)
{
	struct clone_args args = {.exit_signal = SIGCHLD};
	int64_t end = now() + (argc > 1 ? atoi(argv[1]) : 0) * 1000000LL;

	while (now() < end) {
		pid_t pid;

		if (!is_waited_for(syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL)) ||
		    !is_waited_for(syscall(SYS_fork)) ||
		    !is_waited_for(syscall(SYS_clone3, &args, sizeof(args))))
			return 1;
		pid = vfork();
		if (!pid)
			_exit(0);
		if (pid < 0 || wait4(pid, NULL, 0, NULL) != pid)
			return 1;
	}
	return 0;
}
