// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * spent FILE COMMAND...: runs it, and writes to FILE, as one line of JSON, what it has taken: of it
 * and the children it has waited for, by wait4(2), the CPU time and the bytes it has caused to be
 * written, and the memory of the largest process at its peak. SIGINT is passed on; SIGTERM ends it
 * at once. The status is that of the command.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where the command could not be run, as shells have it. */
#define STATUS_NOT_RUN 127

static double seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* ru_oublock is write_bytes of /proc/PID/io in units of 512 bytes
 * (include/linux/task_io_accounting_ops.h). */
static int tell(const char *path, const struct rusage *usage)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return -1;
	fprintf(file, "{\"cpu_s\": %.6f, \"peak_kb\": %ld, \"written_bytes\": %lld}\n",
		seconds(usage->ru_utime) + seconds(usage->ru_stime), usage->ru_maxrss,
		512LL * usage->ru_oublock);
	return fclose(file);
}

static pid_t start(char **command, const sigset_t *before)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	/* A shell lets its background commands ignore it. */
	signal(SIGINT, SIG_DFL);
	sigprocmask(SIG_SETMASK, before, NULL);
	execvp(command[0], command);
	fprintf(stderr, "spent: cannot run %s: %s\n", command[0], strerror(errno));
	_exit(STATUS_NOT_RUN);
}

static void pass_on(int signal_number)
{
	(void)signal_number;
}

int main(int argc, char **argv)
{
	/* What is ignored cannot be waited for. */
	struct sigaction action = {.sa_handler = pass_on};
	struct rusage usage;
	sigset_t signals, before;
	int status = 0, number;
	pid_t pid;

	if (argc < 3) {
		fputs("usage: spent FILE COMMAND...\n", stderr);
		return EXIT_FAILURE;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGCHLD);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGCHLD, &action, NULL);
	sigprocmask(SIG_BLOCK, &signals, &before);
	pid = start(argv + 2, &before);
	if (pid < 0) {
		fprintf(stderr, "spent: cannot fork: %s\n", strerror(errno));
		return EXIT_FAILURE;
	}
	while (wait4(pid, &status, WNOHANG, &usage) == 0)
		if (!sigwait(&signals, &number) && number != SIGCHLD)
			kill(pid, number == SIGTERM ? SIGKILL : number);
	if (tell(argv[1], &usage)) {
		fprintf(stderr, "spent: cannot write %s: %s\n", argv[1], strerror(errno));
		return EXIT_FAILURE;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
