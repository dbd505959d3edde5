// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * refuse_one HOOK NUMBER PROGRAM [ARGUMENT...]: runs PROGRAM, in which the kernel refuses to attach
 * a BPF program by HOOK the NUMBERth time that it is asked to, with EBUSY; every other time it is
 * let through. Hooks are `typed` (fentry, fexit, tp_btf, raw tracepoints) and `event` (kprobes and
 * tracepoints by perf events). By seccomp_unotify(2). Exits as PROGRAM does, with 3 when it asked
 * less often.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct hook {
	const char *name;
	unsigned call;
	unsigned argument; /* which of them tells what is asked for */
	unsigned value;
} hooks[] = {
	{"typed", SYS_bpf, 0, BPF_RAW_TRACEPOINT_OPEN},
	{"event", SYS_ioctl, 1, PERF_EVENT_IOC_SET_BPF},
};

/* Its listener, or -1. */
static int install_filter(const struct hook *hook)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, hook->call, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args) + sizeof(__u64) * hook->argument),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, hook->value, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {sizeof(code) / sizeof(code[0]), code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
			    &filter);
}

/* Answers until the program has ended: that the listener has nobody any more is told by newer
 * kernels only, until the program is waited for. Returns how often was asked. */
static long supervise(int listener, pid_t child, long number)
{
	struct pollfd ready[] = {
		{.fd = listener, .events = POLLIN},
		{.fd = (int)syscall(SYS_pidfd_open, child, 0), .events = POLLIN},
	};
	long asked = 0;

	while (poll(ready, 2, -1) > 0 && !ready[1].revents) {
		struct seccomp_notif question = {0};
		struct seccomp_notif_resp answer = {.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};

		if (!(ready[0].revents & POLLIN) ||
		    ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &question))
			continue;
		answer.id = question.id;
		if (++asked == number) {
			answer.flags = 0;
			answer.error = -EBUSY;
		}
		ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
	}
	return asked;
}

int main(int argc, char **argv)
{
	const struct hook *hook = NULL;
	int told[2], listener, status;
	long number, asked;
	pid_t child;

	for (size_t i = 0; argc > 3 && i < sizeof(hooks) / sizeof(hooks[0]); i++)
		if (!strcmp(argv[1], hooks[i].name))
			hook = &hooks[i];
	if (!hook || pipe2(told, O_CLOEXEC))
		return 2;
	number = strtol(argv[2], NULL, 10);
	/* It has the same open files until it runs PROGRAM: so the listener is its parent's, too.
	 */
	child = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, 0);
	if (!child) {
		listener = install_filter(hook);
		if (write(told[1], &listener, sizeof(listener)) == sizeof(listener) &&
		    listener >= 0)
			execvp(argv[3], argv + 3);
		perror(argv[3]);
		_exit(127);
	}
	if (child < 0 || read(told[0], &listener, sizeof(listener)) != sizeof(listener))
		return 2;
	asked = supervise(listener, child, number);
	if (waitpid(child, &status, 0) < 0)
		return 2;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
	if (asked < number)
		fprintf(stderr, "refuse_one: asked %ld times only\n", asked);
	return asked < number ? 3 : 0;
}
